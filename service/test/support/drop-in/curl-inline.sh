#!/bin/bash
# A loyalty card out of one line: the JSON stands in the command, -o names the file.
set -eu
curl -sS --fail-with-body -X POST "$HOST/api/pkpass" \
  -H "Content-Type: application/json" \
  -H "Authorization: Bearer $KEY" \
  -d '{
    "barcodeValue": "LOYALTY-98765",
    "barcodeFormat": "QR",
    "title": "Coffee Rewards",
    "label": "Member",
    "value": "Gold Status",
    "colorPreset": "dark",
    "expirationDays": 365
  }' \
  -o "$OUT"
