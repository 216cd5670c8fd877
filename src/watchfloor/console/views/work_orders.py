"""A work order, and what people say of it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from watchfloor.console.cells import Sheet
from watchfloor.console.views.door import PageRequest, page
from watchfloor.console.work_orders import acts_on
from watchfloor.domain.registers import selectors
from watchfloor.domain.registers.reading import RowReader
from watchfloor.domain.work.models import WorkOrder
from watchfloor.domain.work.registers import WORK_ORDERS
from watchfloor.platform.accounts.capabilities import VIEW


@require_safe
@page(VIEW)
def work_order(request: PageRequest, work_order_id: UUID) -> HttpResponse:
    viewer = request.viewer
    order: WorkOrder = selectors.one(WORK_ORDERS, viewer, work_order_id)
    sheet = Sheet.of(RowReader.of(WORK_ORDERS, viewer), [order])
    context = {
        "order": order,
        "cells": sheet.cells(order, WORK_ORDERS.fields),
        "acts": acts_on(order, viewer),
    }
    return render(request, "console/work_orders/one.html", context)
