// A plugin for TypeDoc. It gives each page the title of its first heading and the group of its folder, and each module
// the name of its package.
import { Converter, ReflectionKind } from 'typedoc';

const groups = { guide: 'Guide', recipes: 'Recipes' };

/** @param {import('typedoc').Application} app */
export function load(app) {
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_context, document) => {
    const [, title] = /^# (.+)$/m.exec(document.content[0]?.text ?? '') ?? [];
    if (title === undefined) throw new Error(`${document.name}.md: has no heading`);
    document.name = title;
    const path = document.project.files.getReflectionPath(document) ?? '';
    document.frontmatter = { group: groups[path.split('/').at(-2)] ?? 'In depth' };
  });
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of project.getReflectionsByKind(ReflectionKind.Module)) {
      module.name = module.name.replace(/\/src$/, '');
    }
  });
}
