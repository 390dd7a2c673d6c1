"""Everything that you may see, in one stream: to take along, to work on elsewhere, or to mirror."""
