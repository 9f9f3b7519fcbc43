import type { Locale } from '@passwright/shared/schema'

/** What a card says to those who hear it. */
export interface CardMessages {
  /** For a field without a label. */
  unnamed: string
  barcode: string
  /** The transit icon between departure and destination, by transit type. */
  transit: { [Type in TransitType]: string }
}

/** How a boarding pass travels (`transitType` without its prefix). */
export type TransitType = 'Air' | 'Boat' | 'Bus' | 'Train' | 'Generic'

export const cardMessages: Record<Locale, CardMessages> = {
  en: {
    unnamed: 'Text',
    barcode: 'Barcode',
    transit: { Air: 'Flight', Boat: 'Ferry', Bus: 'Bus', Train: 'Train', Generic: 'Journey' },
  },
  de: {
    unnamed: 'Text',
    barcode: 'Strichcode',
    transit: { Air: 'Flug', Boat: 'Schiff', Bus: 'Bus', Train: 'Zug', Generic: 'Fahrt' },
  },
}
