/** Words of the settings screens. Every key begins with `settings.`. */
export const settings = {} as const;
