// The few words of IndexedDB this page needs, as promises.

/** A database with these stores; each key is the path of the key inside its values. Rejects where there is none. */
export function openIndexed(name: string, version: number, stores: Readonly<Record<string, string>>): Promise<Indexed> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, version);
    request.onupgradeneeded = () => {
      for (const [store, keyPath] of Object.entries(stores)) {
        if (!request.result.objectStoreNames.contains(store)) request.result.createObjectStore(store, { keyPath });
      }
    };
    request.onsuccess = () => resolve(new Indexed(request.result));
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("an older page holds the database"));
  });
}

export class Indexed {
  constructor(private readonly db: IDBDatabase) {
    // A newer page may change the stores: it need not wait for this one.
    db.onversionchange = () => db.close();
  }

  all<Value>(store: string): Promise<Value[]> {
    return answer(this.db.transaction(store).objectStore(store).getAll() as IDBRequest<Value[]>);
  }

  async put(store: string, value: unknown): Promise<void> {
    await answer(this.db.transaction(store, "readwrite").objectStore(store).put(value));
  }

  async delete(store: string, key: string): Promise<void> {
    await answer(this.db.transaction(store, "readwrite").objectStore(store).delete(key));
  }

  close(): void {
    this.db.close();
  }
}

function answer<Value>(request: IDBRequest<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
