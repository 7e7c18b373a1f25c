export declare const body: Buffer;
