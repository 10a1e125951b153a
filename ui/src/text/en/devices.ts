/** Words of the devices screens. Every key begins with `devices.`. */
export const devices = {} as const;
