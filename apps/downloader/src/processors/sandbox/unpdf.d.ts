// The part of unpdf that is used: its own types refer to files that a NodeNext project cannot resolve.
declare module 'unpdf' {
  interface Page {
    getTextContent(): Promise<{ items: ({ str: string; hasEOL: boolean } | { type: string })[] }>;
  }
  interface Document {
    numPages: number;
    getPage(number: number): Promise<Page>;
  }
  export function getDocumentProxy(data: Uint8Array): Promise<Document>;
}
