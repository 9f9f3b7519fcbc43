/** Where the service is in its life; only a running one makes passes. */
export interface Lifecycle {
  phase: 'starting' | 'running' | 'stopping'
}
