/** A curl command in one line that creates a pass with fields of every plan and saves it as a file. */
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
