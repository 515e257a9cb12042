from oscar.apps.dashboard.reports import forms

from shop.dashboard.dates import DatesOfOurTime


class ReportForm(DatesOfOurTime, forms.ReportForm):
    pass
