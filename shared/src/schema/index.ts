export * from './apple/field-keys.ts'
export * from './apple/limits.ts'
export * from './apple/pass-keys.ts'
export * from './apple/semantics.ts'
export {
  findFeatures,
  findShapeIssues,
  isRgbColor,
  type Shape,
  type ShapeIssue,
} from './apple/shape.ts'
export * from './apple.ts'
export * from './apple-rules.ts'
export * from './colors.ts'
export * from './dates.ts'
export * from './email.ts'
export * from './image-slots.ts'
export * from './issues.ts'
export * from './normalize.ts'
export * from './operations/account.ts'
export * from './operations/devices.ts'
export * from './operations/operation.ts'
export * from './operations/people.ts'
export * from './operations/public.ts'
export * from './operations/query.ts'
export * from './operations/webhooks.ts'
export * from './operations.ts'
export * from './pass.ts'
export * from './pass-change.ts'
export * from './pass-field.ts'
export * from './pass-request.ts'
export * from './pass-rules.ts'
export * from './primitives.ts'
export * from './webhook.ts'
