"""Made-up requests by the thousand."""
