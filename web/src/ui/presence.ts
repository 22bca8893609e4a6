export const presences = ['online', 'busy', 'away', 'off_duty', 'offline', 'invisible'] as const

/** How reachable somebody is: the first four of a department or desk, all but `off_duty` of a person. */
export type Presence = (typeof presences)[number]
