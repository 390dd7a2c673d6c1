"""How API keys are listed."""

from app.documents.api_key import API_KEY
from app.documents.listing import Listing, by_name, standard_orders
from app.tables.api_key import ApiKey

API_KEYS = Listing(API_KEY, {}, {**standard_orders(API_KEY), "name": by_name(ApiKey.name)})
