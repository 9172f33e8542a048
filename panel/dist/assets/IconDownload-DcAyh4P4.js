<<<<<<<< HEAD:panel/dist/assets/IconDownload-DcAyh4P4.js
import{tt as e}from"./first-CePe1N0H.js";var t=e(`outline`,`download`,`Download`,[[`path`,{d:`M4 17v2a2 2 0 0 0 2 2h12a2 2 0 0 0 2 -2v-2`,key:`svg-0`}],[`path`,{d:`M7 11l5 5l5 -5`,key:`svg-1`}],[`path`,{d:`M12 4l0 12`,key:`svg-2`}]]);export{t};
========
import{tt as e}from"./first-Cug4cGXm.js";var t=e(`outline`,`download`,`Download`,[[`path`,{d:`M4 17v2a2 2 0 0 0 2 2h12a2 2 0 0 0 2 -2v-2`,key:`svg-0`}],[`path`,{d:`M7 11l5 5l5 -5`,key:`svg-1`}],[`path`,{d:`M12 4l0 12`,key:`svg-2`}]]);export{t};
>>>>>>>> b689db89 (The bundles and the generated pages follow):panel/dist/assets/IconDownload-BtC38nVq.js
