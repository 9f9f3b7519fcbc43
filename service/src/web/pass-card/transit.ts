import { renderElement } from '../../text/html.ts'
import type { TransitType } from './messages.ts'

const transitTypes: Record<string, TransitType> = {
  PKTransitTypeAir: 'Air',
  PKTransitTypeBoat: 'Boat',
  PKTransitTypeBus: 'Bus',
  PKTransitTypeTrain: 'Train',
}

/** Finds a transit type by Apple's name; any other is the generic one. */
export function findTransitType(name: unknown): TransitType {
  return transitTypes[String(name)] ?? 'Generic'
}

/** The icons on a square of 24 units; they point to the destination. */
const icons: Record<TransitType, string> = {
  Air: 'M22 12c0-.9-.8-1.5-2-1.5h-5.2l-5.2-8H7.5l2.4 8H5L3.2 8H1.5l1.1 4-1.1 4h1.7L5 13.5h4.9l-2.4 8h2.1l5.2-8H20c1.2 0 2-.6 2-1.5z',
  Boat: 'M11 2h2v3h4v6l4 1.3-2.2 6.2c-1.4 0-2.3-1-3.4-1s-2 1-3.4 1-2.3-1-3.4-1-2 1-3.4 1L3 12.3 7 11V5h4zM9 7v3.4l3-1 3 1V7zM3 20.5c1.2 0 2 .9 3.2.9s1.9-.9 3-.9 1.8.9 2.9.9 1.8-.9 2.9-.9 1.8.9 3 .9 2-.9 3-.9V22H3z',
  Bus: 'M3 6a2 2 0 0 1 2-2h14a2 2 0 0 1 2 2v11h-2a2.5 2.5 0 0 1-5 0h-4a2.5 2.5 0 0 1-5 0H3zM5 7v4h4V7zm5.5 0v4h3.5V7zm5 0v4H19V7z',
  Train:
    'M7 3h10a3 3 0 0 1 3 3v9a3 3 0 0 1-3 3l2 3h-2.4l-2-3H9.4l-2 3H5l2-3a3 3 0 0 1-3-3V6a3 3 0 0 1 3-3zM6.5 6v5h11V6zM8 13a1.3 1.3 0 1 0 0 2.6A1.3 1.3 0 0 0 8 13zm8 0a1.3 1.3 0 1 0 0 2.6 1.3 1.3 0 0 0 0-2.6z',
  Generic: 'M3 11h13l-4.6-4.6L12.8 5l7 7-7 7-1.4-1.4L16 13H3z',
}

/** Renders the icon between departure and destination, with the name that is read aloud. */
export function renderTransitIcon(type: TransitType, name: string): string {
  const path = renderElement('path', { d: icons[type], 'fill-rule': 'evenodd' })
  const attributes = { class: 'pc-transit', viewBox: '0 0 24 24', role: 'img', 'aria-label': name }
  return renderElement('svg', attributes, path)
}
