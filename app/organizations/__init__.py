"""The newsrooms that check facts, and the scales that they rate on."""
