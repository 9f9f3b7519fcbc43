/** One line to paste into a shell, of what every plan may use; the file lands where it is pasted. */
export function buildCurlExample(serviceUrl: string, key: string): string {
  const pass = {
    title: 'Riverside Climbing Club',
    label: 'Member',
    value: 'Ada Example',
    barcodeValue: 'MEMBER-1042',
    barcodeFormat: 'QR',
    colorPreset: 'blue',
  }
  return [
    `curl -sS -X POST ${serviceUrl}/api/pkpass`,
    `-H "Authorization: Bearer ${key}"`,
    '-H "Content-Type: application/json"',
    `-d '${JSON.stringify(pass)}'`,
    '-o member.pkpass',
  ].join(' ')
}
