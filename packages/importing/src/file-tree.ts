/** Bounds of what an archive and a folder may hold alike. */
export const treeLimits = { fileBytes: 64 * 1024 * 1024 } as const;

/** A file in an archive or a folder. */
export interface TreeFile {
  /** Its path below the top, with slashes. */
  readonly name: string;
  /** All its bytes, at most `treeLimits.fileBytes`; or what is wrong with it. */
  read(): Promise<Buffer | Error>;
}

/** The files of an archive or of a folder, without those that nobody meant. */
export interface FileTree {
  readonly kind: 'archive' | 'folder';
  /** The most that it may hold. */
  readonly maxFiles: number;
  /** The folder that holds everything, as a zipped folder has it (`digits/`); else ''. It says nothing of an item. */
  readonly base: string;
  /** In an order that is the same every time. */
  files(): AsyncIterable<TreeFile>;
  find(name: string): Promise<TreeFile | undefined>;
  close(): Promise<void>;
}

export const imageName = /\.(png|jpe?g|webp|gif)$/i;

/** What the file managers of macOS and Windows add. */
export const junk = /(^|\/)(__MACOSX|\.DS_Store|Thumbs\.db|desktop\.ini)(\/|$)|(^|\/)\._[^/]*$/;

/** Folders of data sets that say what their images are for; of these only `train` is trained on. */
export const splits = ['train', 'validation', 'valid', 'val', 'test'] as const;
export const isSplit = (folder: string | undefined): boolean =>
  (splits as readonly (string | undefined)[]).includes(folder);
