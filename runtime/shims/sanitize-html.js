// The one call that the widget manager makes to sanitize-html, answered by DOMPurify.
import DOMPurify from 'dompurify';

const LISTED = ['class', 'style', 'title', 'href', 'src'];

export default function sanitize(html, { allowedTags }) {
  return DOMPurify.sanitize(html, {
    ALLOWED_TAGS: allowedTags, ALLOWED_ATTR: LISTED, ALLOW_ARIA_ATTR: true, ALLOW_DATA_ATTR: false,
  });
}
