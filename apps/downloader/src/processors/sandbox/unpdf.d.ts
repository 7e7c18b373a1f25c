// What is used of it: its own types name files that a NodeNext project does not find.
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
