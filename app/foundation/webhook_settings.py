"""What can be set about sending webhooks."""

from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings

from app.foundation.spelled import Between, Listed, Pauses


class WebhookSettings(BaseSettings):
    """The settings of webhooks, among all others."""

    webhook_every: Between = Field(
        1.0,
        description="Seconds between looks for what is to be sent to webhooks; 0: this process"
        " sends nothing.",
    )
    webhook_hosts: Listed = Field(
        (),
        description="Hosts, separated by commas as they stand in addresses (`hooks.internal,"
        " 127.0.0.1`), to which webhooks may lead although they are private, by http and at any"
        " port. None: only public addresses, by https.",
    )
    webhook_timeout: Annotated[float, Field(gt=0, le=60)] = Field(
        15.0, description="Seconds that a webhook's receiver has to answer."
    )
    webhook_retries: Pauses = Field(
        (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400),
        description="Seconds to wait after each attempt that failed, give or take a fifth,"
        " separated by commas; after one more it is given up.",
    )
    webhook_log_days: Annotated[int, Field(ge=1, le=3650)] = Field(
        30, description="Days for which the log of a webhook keeps what was delivered or given up."
    )
