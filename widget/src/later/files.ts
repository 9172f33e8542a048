export { default as styles } from './files.css'
export { borrow } from './kit'
export { Tray } from './upload'
export { createUploads } from './uploads'
