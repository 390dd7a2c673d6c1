"""What goes out to others, in their forms: ClaimReview, feeds, cards, and Google's claim search."""
