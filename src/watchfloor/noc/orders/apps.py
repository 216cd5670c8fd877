from __future__ import annotations

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "watchfloor.noc.orders"
    label = "orders"

    def ready(self) -> None:
        from watchfloor.noc.incidents import gates
        from watchfloor.noc.orders.steps import check_resolve

        gates.register(check_resolve)
