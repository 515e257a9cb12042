"""How Oscar's reports are read and downloaded. Oscar looks for both by this module's name."""

from typing import Any

from django.db.models import QuerySet
from oscar.apps.dashboard.reports import reports

from shop.dashboard.spreadsheets import Writer


class ReportCSVFormatter(reports.ReportCSVFormatter):
    def get_csv_writer(self, file_handle: Any, **kwargs: Any) -> Writer:
        return Writer(file_handle)


class ReportGenerator(reports.ReportGenerator):
    def get_queryset(self) -> QuerySet[Any]:
        """Read anew for each report: Oscar's hands out one of the class, which keeps what it found the first time."""
        rows: QuerySet[Any] = super().get_queryset()
        return rows.all()
