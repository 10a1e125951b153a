import { shrinkPicture } from "./shrink";

// The page stays smooth while a picture is made small.

interface Asked {
  id: number;
  file: Blob;
}

const scope = self as unknown as {
  onmessage: ((message: MessageEvent<Asked>) => void) | null;
  postMessage: (answer: unknown) => void;
};

scope.onmessage = ({ data }) => {
  shrinkPicture(data.file).then(
    (shrunk) => scope.postMessage({ id: data.id, shrunk }),
    () => scope.postMessage({ id: data.id, shrunk: null }),
  );
};
