"""What every floor stands on: settings, database, logging, and the manners of HTTP."""
