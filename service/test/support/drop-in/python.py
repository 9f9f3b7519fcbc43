# Python: requests, then the answer's content into a file.
import os

import requests

response = requests.post(
    os.environ["HOST"] + "/api/pkpass",
    headers={"Authorization": "Bearer " + os.environ["KEY"]},
    json={
        "barcodeValue": "MEMBER-12345",
        "barcodeFormat": "QR",
        "title": "Museum Membership",
        "label": "Member",
        "value": "Jane Doe",
        "color": "#1e40af",
        "logoURL": os.environ["LOGO"],
        "expirationDays": 365,
    },
)

if response.status_code != 200:
    raise SystemExit(response.json()["error"])
with open(os.environ["OUT"], "wb") as file:
    file.write(response.content)
