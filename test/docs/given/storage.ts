export declare const [file_unique_id, sha256, path, type, name, secret]: string[];
export declare const size: number;
