#!/bin/bash
# The three required fields and nothing else, piped in and piped out.
set -eu
printf '{"barcodeValue":"12345678","barcodeFormat":"Code128","title":"Ticket"}' |
  curl -sS --fail-with-body "$HOST/api/pkpass" \
    -H "Content-Type: application/json" -H "Authorization: Bearer $KEY" \
    --data-binary @- > "$OUT"
