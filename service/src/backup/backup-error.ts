/** Why there is no backup, or why one cannot be restored: a message for the operator, with the fix. */
export class BackupError extends Error {}
