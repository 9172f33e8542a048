<<<<<<< HEAD:panel/dist/assets/IconColumns3-C_Esisq0.js
<<<<<<<< HEAD:panel/dist/assets/IconColumns3-B8V6ogMb.js
import{B as e}from"./first-CD8LE22Q.js";var t=e(`outline`,`columns-3`,`Columns3`,[[`path`,{d:`M3 4a1 1 0 0 1 1 -1h16a1 1 0 0 1 1 1v16a1 1 0 0 1 -1 1h-16a1 1 0 0 1 -1 -1v-16`,key:`svg-0`}],[`path`,{d:`M9 3v18`,key:`svg-1`}],[`path`,{d:`M15 3v18`,key:`svg-2`}]]);export{t};
========
import{Z as e}from"./first-p2JbfSqQ.js";var t=e(`outline`,`columns-3`,`Columns3`,[[`path`,{d:`M3 4a1 1 0 0 1 1 -1h16a1 1 0 0 1 1 1v16a1 1 0 0 1 -1 1h-16a1 1 0 0 1 -1 -1v-16`,key:`svg-0`}],[`path`,{d:`M9 3v18`,key:`svg-1`}],[`path`,{d:`M15 3v18`,key:`svg-2`}]]);export{t};
>>>>>>>> pwa:panel/dist/assets/IconColumns3-C_Esisq0.js
=======
import{Z as e}from"./first-D4WGdqtP.js";var t=e(`outline`,`columns-3`,`Columns3`,[[`path`,{d:`M3 4a1 1 0 0 1 1 -1h16a1 1 0 0 1 1 1v16a1 1 0 0 1 -1 1h-16a1 1 0 0 1 -1 -1v-16`,key:`svg-0`}],[`path`,{d:`M9 3v18`,key:`svg-1`}],[`path`,{d:`M15 3v18`,key:`svg-2`}]]);export{t};
>>>>>>> push:panel/dist/assets/IconColumns3-D9nAYv6_.js
