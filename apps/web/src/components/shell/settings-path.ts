/** Where the settings of a project begin. */
export const settingsPath = (projectId: string): string => `/projects/${projectId}/settings/general`;
