#!/bin/bash
# The same with a color and a logo of one's own, as the paid plan has them; the JSON comes from a file.
set -eu
request=$(mktemp)
trap 'rm -f "$request"' EXIT
cat > "$request" <<JSON
{
  "barcodeValue": "GYM-2025-0042",
  "barcodeFormat": "PDF417",
  "title": "Downtown Fitness",
  "label": "Membership",
  "value": "Premium",
  "color": "#1e40af",
  "logoURL": "$LOGO",
  "expirationDays": 90
}
JSON
curl -sS --fail-with-body --request POST --url "$HOST/api/pkpass" \
  --header "authorization: Bearer $KEY" \
  --header "content-type: application/json" \
  --data "@$request" --output "$OUT"
