<<<<<<< HEAD:panel/dist/assets/IconMail-BfalPwt_.js
<<<<<<<< HEAD:panel/dist/assets/IconMail-BR-jBX5v.js
import{B as e}from"./first-CD8LE22Q.js";var t=e(`outline`,`mail`,`Mail`,[[`path`,{d:`M3 7a2 2 0 0 1 2 -2h14a2 2 0 0 1 2 2v10a2 2 0 0 1 -2 2h-14a2 2 0 0 1 -2 -2v-10`,key:`svg-0`}],[`path`,{d:`M3 7l9 6l9 -6`,key:`svg-1`}]]);export{t};
========
import{Z as e}from"./first-p2JbfSqQ.js";var t=e(`outline`,`mail`,`Mail`,[[`path`,{d:`M3 7a2 2 0 0 1 2 -2h14a2 2 0 0 1 2 2v10a2 2 0 0 1 -2 2h-14a2 2 0 0 1 -2 -2v-10`,key:`svg-0`}],[`path`,{d:`M3 7l9 6l9 -6`,key:`svg-1`}]]);export{t};
>>>>>>>> pwa:panel/dist/assets/IconMail-BfalPwt_.js
=======
import{Z as e}from"./first-D4WGdqtP.js";var t=e(`outline`,`mail`,`Mail`,[[`path`,{d:`M3 7a2 2 0 0 1 2 -2h14a2 2 0 0 1 2 2v10a2 2 0 0 1 -2 2h-14a2 2 0 0 1 -2 -2v-10`,key:`svg-0`}],[`path`,{d:`M3 7l9 6l9 -6`,key:`svg-1`}]]);export{t};
>>>>>>> push:panel/dist/assets/IconMail-Hd2t-a4I.js
