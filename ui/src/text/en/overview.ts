/** Words of the overview screens. Every key begins with `overview.`. */
export const overview = {} as const;
