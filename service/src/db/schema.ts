import type { DeviceTables } from './schema/devices.ts'
import type { EmailTables } from './schema/email.ts'
import type { EventTables } from './schema/events.ts'
import type { GoogleTables } from './schema/google.ts'
import type { InstallationTables } from './schema/installation.ts'
import type { JobTables } from './schema/jobs.ts'
import type { KeyTables } from './schema/keys.ts'
import type { PassTables } from './schema/passes.ts'
import type { TemplateTables } from './schema/templates.ts'

/** The tables. Times are ISO 8601 in UTC with milliseconds, JSON is text, booleans are 0 or 1. */
export interface Database
  extends KeyTables,
    PassTables,
    TemplateTables,
    DeviceTables,
    GoogleTables,
    EventTables,
    EmailTables,
    JobTables,
    InstallationTables {}
