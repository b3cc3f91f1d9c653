"""Budgets: budgets with their notifications."""

from typing import Any

from emulator import ministack_internals as ministack
from emulator.api import call
from emulator.handler import Declared, Handler, Properties, Provisioned, handles


@handles("AWS::Budgets::Budget")
class Budget(Handler):
    """A budget."""

    def create(self, declared: Declared) -> Provisioned:
        budget = self._budget(declared)
        call("budgets", "create_budget", declared.properties, AccountId=ministack.account(), Budget=budget)
        return budget["BudgetName"], {}

    def delete(self, physical_id: str, properties: Properties) -> None:
        call("budgets", "delete_budget", AccountId=ministack.account(), BudgetName=physical_id)

    @staticmethod
    def _budget(declared: Declared) -> dict[str, Any]:
        budget = declared.properties["Budget"]
        return {**budget, "BudgetName": budget.get("BudgetName") or declared.name("BudgetName")}
