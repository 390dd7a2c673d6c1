"""The scales on which organisations rate, and what their ratings mean to all."""
