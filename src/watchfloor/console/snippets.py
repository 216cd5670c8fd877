"""What to paste into a tool so that it sends here, with the floor's own address in it."""

from __future__ import annotations

from dataclasses import dataclass

KEY = "KEY"
"""Stands for the key, which only its owner has."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """`text` says `FLOOR`, `SCHEME` and `HOST` where the floor's address belongs."""

    tool: str
    help: str
    text: str

    def at(self, scheme: str, host: str) -> Snippet:
        floor = f"{scheme}://{host}"
        text = self.text.replace("FLOOR", floor).replace("SCHEME", scheme).replace("HOST", host)
        return Snippet(self.tool, self.help, text)


SNIPPETS = (
    Snippet(
        "Your own program, or curl",
        "One object, an array, or one object per line. Sending it again with the same id counts "
        "nothing.",
        """curl FLOOR/api/v1/alerts -H 'Authorization: Bearer KEY' -d '{
  "id": "1", "alert_type": "DOOR_FORCED", "severity": "HIGH", "site": "S004",
  "entity_type": "door", "entity_id": "door-4", "message": "Door 4 was forced"}'""",
    ),
    Snippet(
        "Prometheus, Loki or Mimir, without Alertmanager",
        "Into prometheus.yml. An alert ends when Prometheus says so, or five minutes after it was "
        "last sent.",
        """alerting:
  alertmanagers:
    - scheme: SCHEME
      authorization: {credentials: KEY}
      static_configs: [{targets: ["HOST"]}]""",
    ),
    Snippet(
        "Prometheus Alertmanager",
        "Into alertmanager.yml, with a route to this receiver.",
        """receivers:
  - name: watchfloor
    webhook_configs:
      - url: FLOOR/ingest/alertmanager
        send_resolved: true
        http_config: {authorization: {credentials: KEY}}""",
    ),
    Snippet(
        "Grafana",
        "A contact point of type Webhook. Basic with any user and the key as password works too.",
        """URL:                          FLOOR/ingest/grafana
Authorization header, scheme: Bearer
Credentials:                  KEY""",
    ),
    Snippet(
        "Anything that can send to PagerDuty",
        "Events API v2: only the address and the routing key change.",
        """URL:             FLOOR/v2/enqueue
Integration key: KEY""",
    ),
    Snippet(
        "Any other JSON",
        "Cameras, Zabbix, Datadog and others: a template says which field is which. The page "
        "Mappings makes it by clicks; or store it as here. A tool that sends no header takes the "
        "key in the "
        "address: FLOOR/k/KEY/ingest/json/NAME.",
        """curl -X PUT FLOOR/api/v1/mappings/NAME -H 'Authorization: Bearer ADMIN_KEY' \\
  -H 'Content-Type: application/json' -d '{
  "items": "", "fields": {
    "alert_type": "item.name", "severity": "item.severity",
    "entity_id": "item.host", "message": "item.message"}}'

curl FLOOR/ingest/json/NAME -H 'Authorization: Bearer KEY' \\
  -d '{"name": "CPU_HIGH", "severity": "HIGH", "host": "srv-1", "message": "97 %"}'""",
    ),
)


def snippets(scheme: str, host: str) -> list[Snippet]:
    return [one.at(scheme, host) for one in SNIPPETS]
