<<<<<<< HEAD:panel/dist/assets/IconDownload-Blv30ldt.js
<<<<<<<< HEAD:panel/dist/assets/IconDownload-BSsvgpNX.js
import{B as e}from"./first-CD8LE22Q.js";var t=e(`outline`,`download`,`Download`,[[`path`,{d:`M4 17v2a2 2 0 0 0 2 2h12a2 2 0 0 0 2 -2v-2`,key:`svg-0`}],[`path`,{d:`M7 11l5 5l5 -5`,key:`svg-1`}],[`path`,{d:`M12 4l0 12`,key:`svg-2`}]]);export{t};
========
import{Z as e}from"./first-p2JbfSqQ.js";var t=e(`outline`,`download`,`Download`,[[`path`,{d:`M4 17v2a2 2 0 0 0 2 2h12a2 2 0 0 0 2 -2v-2`,key:`svg-0`}],[`path`,{d:`M7 11l5 5l5 -5`,key:`svg-1`}],[`path`,{d:`M12 4l0 12`,key:`svg-2`}]]);export{t};
>>>>>>>> pwa:panel/dist/assets/IconDownload-Blv30ldt.js
=======
import{Z as e}from"./first-D4WGdqtP.js";var t=e(`outline`,`download`,`Download`,[[`path`,{d:`M4 17v2a2 2 0 0 0 2 2h12a2 2 0 0 0 2 -2v-2`,key:`svg-0`}],[`path`,{d:`M7 11l5 5l5 -5`,key:`svg-1`}],[`path`,{d:`M12 4l0 12`,key:`svg-2`}]]);export{t};
>>>>>>> push:panel/dist/assets/IconDownload-CUowImee.js
