<<<<<<< HEAD:panel/dist/assets/IconArrowLeft-DGXj71YU.js
<<<<<<<< HEAD:panel/dist/assets/IconArrowLeft-CGS5Qpj0.js
import{B as e}from"./first-CD8LE22Q.js";var t=e(`outline`,`arrow-left`,`ArrowLeft`,[[`path`,{d:`M5 12l14 0`,key:`svg-0`}],[`path`,{d:`M5 12l6 6`,key:`svg-1`}],[`path`,{d:`M5 12l6 -6`,key:`svg-2`}]]);export{t};
========
import{Z as e}from"./first-p2JbfSqQ.js";var t=e(`outline`,`arrow-left`,`ArrowLeft`,[[`path`,{d:`M5 12l14 0`,key:`svg-0`}],[`path`,{d:`M5 12l6 6`,key:`svg-1`}],[`path`,{d:`M5 12l6 -6`,key:`svg-2`}]]);export{t};
>>>>>>>> pwa:panel/dist/assets/IconArrowLeft-DGXj71YU.js
=======
import{Z as e}from"./first-D4WGdqtP.js";var t=e(`outline`,`arrow-left`,`ArrowLeft`,[[`path`,{d:`M5 12l14 0`,key:`svg-0`}],[`path`,{d:`M5 12l6 6`,key:`svg-1`}],[`path`,{d:`M5 12l6 -6`,key:`svg-2`}]]);export{t};
>>>>>>> push:panel/dist/assets/IconArrowLeft-BaDirYrV.js
