import { describe, expect, it } from 'vitest'
import {
  chooseStyle,
  findHiddenImages,
  getImageSlot,
  imageSlotNames,
  imageSlots,
  styles,
} from './schema/index.ts'

const image = 'https://club.example/image.png'

describe('an image slot', () => {
  it('has the size that Apple gives it, which differs between styles only for the strip', () => {
    const sizes = imageSlotNames.map((name) => {
      const ofStyles = styles.map((style) => {
        const { width, height, fit } = getImageSlot(name, style)
        return `${width}x${height} ${fit}`
      })
      return [name, new Set(ofStyles)]
    })
    expect(Object.fromEntries(sizes)).toEqual({
      logo: new Set(['160x50 inside']),
      icon: new Set(['29x29 cover']),
      thumbnail: new Set(['90x90 inside']),
      strip: new Set(['375x144 cover', '375x98 cover']),
      background: new Set(['180x220 cover']),
      footer: new Set(['286x15 inside']),
    })
    expect(getImageSlot('strip', 'eventTicket')).toMatchObject({ height: 98 })
    expect(getImageSlot('strip', 'coupon')).toMatchObject({ height: 144 })
    expect(getImageSlot('strip', 'storeCard')).toMatchObject({ height: 144 })
    expect(getImageSlot('thumbnail')).toMatchObject({ maxRatio: 1.5 })
  })

  it('is shown by the styles of Apple’s table, and refused with their names by the others', () => {
    const shown = Object.fromEntries(
      styles.map((style) => [
        style,
        imageSlotNames.filter(
          (name) => findHiddenImages({ style, [`${name}URL`]: image }).length === 0,
        ),
      ]),
    )
    expect(shown).toEqual({
      // With a strip a generic pass is a store card.
      generic: ['logo', 'icon', 'thumbnail', 'strip'],
      storeCard: ['logo', 'icon', 'strip'],
      eventTicket: ['logo', 'icon', 'thumbnail', 'strip', 'background'],
      coupon: ['logo', 'icon', 'strip'],
      boardingPass: ['logo', 'icon', 'footer'],
    })
    expect(findHiddenImages({ style: 'coupon', thumbnailURL: image, footerURL: image })).toEqual([
      {
        path: 'thumbnailURL',
        message:
          'is not shown in the style coupon, only in generic and eventTicket; remove it (with null in a PATCH) or choose another style',
      },
      {
        path: 'footerURL',
        message:
          'is not shown in the style coupon, only in boardingPass; remove it (with null in a PATCH) or choose another style',
      },
    ])
  })

  it('gives way to the strip where Wallet shows only one of them', () => {
    const message = 'is not shown beside a stripURL; remove one of the two (with null in a PATCH)'
    const withStrip = { stripURL: image, thumbnailURL: image, backgroundURL: image }
    expect(findHiddenImages({ ...withStrip, style: 'eventTicket' })).toEqual([
      { path: 'thumbnailURL', message },
      { path: 'backgroundURL', message },
    ])
    expect(findHiddenImages({ ...withStrip, backgroundURL: null })).toEqual([
      { path: 'thumbnailURL', message },
    ])
    expect(findHiddenImages({ backgroundURL: image, stripURL: image })).toMatchObject([
      { message: expect.stringMatching(/^is not shown in the style storeCard, only in eventT/) },
    ])
  })

  it('is not judged for a style that is none', () => {
    const all = Object.fromEntries(imageSlotNames.map((name) => [`${name}URL`, image]))
    expect(findHiddenImages({ ...all, style: 'poster' })).toEqual([])
    expect(Object.keys(imageSlots)).toEqual(imageSlotNames)
  })
})

describe('the style of a pass', () => {
  it('is the requested one, but a generic pass with a strip is a store card', () => {
    expect(chooseStyle({})).toBe('generic')
    expect(chooseStyle({ stripURL: image })).toBe('storeCard')
    expect(chooseStyle({ style: 'generic', stripURL: image })).toBe('storeCard')
    expect(chooseStyle({ style: 'generic', stripURL: null })).toBe('generic')
    expect(chooseStyle({ style: 'eventTicket', stripURL: image })).toBe('eventTicket')
  })
})
