from oscar.apps.dashboard.communications import apps


class CommunicationsDashboardConfig(apps.CommunicationsDashboardConfig):
    name = "shop.dashboard.communications"

    def configure_permissions(self) -> None:
        """For owners: whoever writes a letter speaks to every customer in the shop's name."""
        may_write = ["is_staff", "communication.change_communicationeventtype"]
        self.permissions_map = {"comms-list": may_write, "comms-update": may_write}
