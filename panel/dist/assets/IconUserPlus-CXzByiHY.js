<<<<<<<< HEAD:panel/dist/assets/IconUserPlus-CXzByiHY.js
import{tt as e}from"./first-CePe1N0H.js";var t=e(`outline`,`user-plus`,`UserPlus`,[[`path`,{d:`M8 7a4 4 0 1 0 8 0a4 4 0 0 0 -8 0`,key:`svg-0`}],[`path`,{d:`M16 19h6`,key:`svg-1`}],[`path`,{d:`M19 16v6`,key:`svg-2`}],[`path`,{d:`M6 21v-2a4 4 0 0 1 4 -4h4`,key:`svg-3`}]]);export{t};
========
import{tt as e}from"./first-Cug4cGXm.js";var t=e(`outline`,`user-plus`,`UserPlus`,[[`path`,{d:`M8 7a4 4 0 1 0 8 0a4 4 0 0 0 -8 0`,key:`svg-0`}],[`path`,{d:`M16 19h6`,key:`svg-1`}],[`path`,{d:`M19 16v6`,key:`svg-2`}],[`path`,{d:`M6 21v-2a4 4 0 0 1 4 -4h4`,key:`svg-3`}]]);export{t};
>>>>>>>> b689db89 (The bundles and the generated pages follow):panel/dist/assets/IconUserPlus-NTTnsecZ.js
