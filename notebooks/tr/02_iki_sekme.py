# %% [markdown]
# # İki sekme, iki görüntü
#
# Kitap, *Sinir Tarzı Transfer* bölümünü iki sekmede sunar: biri MXNet, öteki
# PyTorch için. Metin aynıdır, formüller aynıdır, görüntüler aynıdır. İkisini
# de çalıştırın: İki ayrı görüntü çıkar, kayıplar da birbirine yakın bile
# değildir. Sekmelerden biri yanlış mı? Yoksa fark kütüphaneden mi geliyor?
#
# Bir program bir kütüphaneden ötekine taşındığında bu tür sorular hep çıkar ve
# pek yanıtlanmaz, çünkü bir anda birçok şey birden değişmiştir. Bu not defteri
# böyle bir sorunun bir bölümünü yanıtlıyor, neyin açık kaldığını da söylüyor. Yöntem,
# yanıttan daha önemli: **Her seferinde tek bir şeyi değiştirin ve bir farkın
# bir anlam taşıması için ne kadar büyük olması gerektiğini bilin.**
#
# Burada hiçbir şey için PyTorch gerekmez. PyTorch'un hesapladıkları not
# defteriyle birlikte saklandı; PyTorch sizde kuruluysa, aşağıda `recompute =
# True` yazıp onları yeniden hesaplatabilirsiniz. MXNet'in hesapladıkları ise
# siz okurken, birkaç dakikada hesaplanır. Yöntemin kendisi için önce
# [01_sinir_tarzi_transfer](01_sinir_tarzi_transfer.ipynb) not defterini
# okuyun.
#
# Şaşırtabilecek her sonuçtan önce bir soru var. Hücreyi çalıştırmadan önce
# yanıtınızı yazın.
#
# In English: [../02_two_tabs.ipynb](../02_two_tabs.ipynb)

# %% tags=["parameters"]
recompute = False  # True: merdiveni PyTorch ile yeniden kurar, dakikalar sürer
image_shape = (150, 100)  # burada hesaplananların genişliği, yüksekliği
num_epochs = 100  # her koşunun adım sayısı; kitapta 500
lr_decay_epoch = 10  # öğrenme oranı kaç adımda bir azalsın; kitapta 50
weights = None  # None: gerçek ağırlıkları bulur; 'student' paketle gelir

# %%
# %matplotlib inline
from dataclasses import replace
from importlib.util import find_spec

import numpy

import gluon_style as gs
from gluon_style.drawing.panels import strip
from gluon_style.lessons import two_tabs
from gluon_style.lessons.wording import find_wording
from gluon_style.parity.ladder import rungs
from gluon_style.parity.ladder.climb import climb
from gluon_style.parity.ladder.distances import ladder_results
from gluon_style.parity.ladder.noise import rmse
from gluon_style.parity.published import published_curves
from gluon_style.runs.recipes import RECIPES, explain
from gluon_style.runs.variants import compared_layers, resize_antialiased
from mxnet import autograd, np, npx

device = gs.try_gpu()
MXNET, PYTORCH = 'd2l-0.17-mxnet', 'd2l-0.17-pytorch'
wording = find_wording('turkish')
YES = {True: 'evet', False: 'hayır'}


def number(value, digits=1):
    """Bir sayı, bu kadar ondalıkla."""
    return wording.fixed(value, digits)


# %% [markdown]
# ## Soru
#
# Kitap çıktılarıyla birlikte yayımlanır, bu yüzden soruyu kitabın kendi
# sayılarıyla sorabiliriz. Aşağıda iki sekmenin kayıp eğrilerini görüyorsunuz;
# kitabın **1.0 sürümündeki** şekillerden okundular: 450 x 300 pikselde 500
# dönem.

# %% alt="Logaritmik eksenli üç panel: kitabın 1.0 sürümünün yayımladığı içerik, stil ve TV kaybı eğrileri. Her birinde MXNet sekmesinin eğrisi PyTorch sekmesininkinin çok üstünde."
book = {
    'MXNet': published_curves('d2l-1.0-mxnet'),
    'PyTorch': published_curves('d2l-1.0-pytorch'),
}
two_tabs.published_chart(book, wording)

# %%
for term, title in two_tabs.TERMS.items():
    mxnet, pytorch = (book[tab][term][500] for tab in book)
    print(
        f'500. dönemde {wording(title):8} MXNet {number(mxnet, 2)},'
        f' PyTorch {number(pytorch, 2)}:'
        f' {number(mxnet / pytorch)} katı'
    )

# %% [markdown]
# Kimse bunların aynı programın iki koşusu olduğunu düşünmezdi.
#
# Elimizdeki bölüm daha eski bir sürümden, 0.17'den; onun yalnız MXNet
# sekmesinin eğrilerini biliyoruz. Bu iki sürüm birbirinden ne kadar ayrılıyor?

# %%
print('500. dönemde MXNet, 0.17 ve 1.0 sürümleri:')
for term, title in two_tabs.TERMS.items():
    older, newer = (
        number(published_curves(recipe)[term][500], 2)
        for recipe in (MXNET, 'd2l-1.0-mxnet')
    )
    print(f'{wording(title):8} {older:>5} {newer:>5}')
print()
for field, before, after, _ in explain(MXNET, 'd2l-1.0-mxnet'):
    print(f'{field:13} {before:5g} {after:5g}')

# %% [markdown]
# İçerik ve TV kayıpları iki sürümde yüzde iki üç içinde birbirini tutuyor; stil kaybı 1.0'da on
# kat büyük, çünkü on kat ağırlıkla çiziliyor. Aşağıda, listeyle ilgili bölüm,
# iki sürümün de aynı toplamı en aza indirdiğini gösteriyor. Demek ki 1.0'ın
# eğrilerini 0.17'nin programlarıyla açıklayabiliriz; yeter ki yalnızca
# içerikle TV'yi karşılaştıralım.
#
# Peki 0.17'nin iki sekmesi nelerde ayrılıyor? Paket, bölümün sürümlerini birer
# *tarif* (recipe) olarak tanır ve iki tarifin nerede ayrıldığını listeler:

# %%
for field, theirs, ours, _ in explain(PYTORCH, MXNET):
    print(
        f'{field:13} {theirs!s:17} {ours}'.replace('0.', f'0{wording.point}')
    )

# %% [markdown]
# Dokuz şüpheli. Üçünü hemen serbest bırakabiliriz:
#
# * `size_order`: Biri (300, 450) yazar, öteki (450, 300); ikisi de aynı
#   görüntüyü kasteder.
# * `reader`: Pillow ile OpenCV sıradan bir dosyayı bitine kadar aynı okur.
#   Karşılaştırdık.
# * `plot_limits`: MXNet sekmesi grafiğini 20'de keser, bu da ilk dönemleri
#   gizler. Gördüğünüzü değiştirir, hesaplananı değil.
#
# Dördüncüyü, `weights`'i, sınayamıyoruz: Sekmeler VGG-19'un iki ayrı eğitimini
# indirir, aşağıdaki her şey ise aynı ağırlıkları kullanır. Şüpheli olarak
# kalıyor; sonda ona döneceğiz.
#
# Geriye beş şüpheli kalır: `resize`, `features`, `adam_epsilon`, `lr` ve
# `framework`.
#
# **Tahmininiz:** Bu beşten hangisi görüntüyü en çok, hangisi en az değiştirir?

# %% [markdown]
# ## Merdiven
#
# İki programı oldukları gibi karşılaştıramayız, çünkü bir anda beş şey birden
# değişir. Bu yüzden araya başka programlar koyarız. İlki PyTorch sekmesidir;
# her sonraki, öncekinden bir şeyde daha ayrılır; sonuncusu MXNet sekmesidir.
# Böyle bir dizi bir *merdivendir*; her *basamağı* başlı başına bir eğitimdir.
# Kütüphane en sonda, geri kalan her şey eşitlenmişken değiştirilir.
#
# Bir şey iki sekmedekinden de başka, ama bütün basamaklarda aynıdır: Koşu kısa
# olduğu için öğrenme oranı 50 adımda bir değil, 10 adımda bir azaltılır. Yoksa
# koşu bittiğinde oran neredeyse baştaki kadar olurdu ve görüntüyü bir
# sıçramanın ortasında yakalardık.
#
# ### Gürültü
#
# Bir kayan noktalı sayının yalnızca son biti değişse bile sonuçtaki görüntü
# bir miktar oynar. Bu yüzden her basamağı dört kez çalıştırıyoruz: bir kez
# fotoğraftan, üç kez de onun *ikizlerinden*: $1 + 2^{-23}$, $1 + 2 \cdot
# 2^{-23}$ ve $1 + 3 \cdot 2^{-23}$ ile çarpılmış hâllerinden; float32'de
# bunlar bir, iki ve üç **yuvarlamadır**. Bu dört görüntünün birbirinden ne
# kadar uzak olduğuna basamağın **gürültüsü** diyeceğiz; dört görüntüden altı
# çift çıktığı için gürültünün ne kadar oynadığını da görürüz.
#
# İki görüntünün uzaklığı, farklarının karesel ortalamasıdır (*RMS*); birimi, 0
# ile 255 arasındaki gri düzeydir. Böyle uzaklıklar, dik üçgenin kenarları
# gibi, **kareleriyle** toplanır. Bir basamağın ortalama görüntüsü $A$,
# sonrakininki $B$ olsun; tek tek koşular $A + a$ ve $B + b$'de bitsin.
# Rastlantısal $a, a', b$ sapmaları birbirinden bağımsız ve ortalamaları 0 ise
#
# $$\mathrm{E}\,|(A + a) - (A + a')|^2 = 2\,\mathrm{E}|a|^2
# = \text{gürültü}_A^2,$$
#
# $$\mathrm{E}\,|(A + a) - (B + b)|^2 = |A - B|^2 + \tfrac12
# (\text{gürültü}_A^2 + \text{gürültü}_B^2).$$
#
# İkinci terim, iki basamağın arasına yalnızca gürültünün koyduğudur. Onun
# köküne **taban** diyeceğiz. Aradığımız ise birincisi:
#
# $$\text{etki} = \sqrt{\text{uzaklık}^2 - \text{taban}^2}.$$
#
# Yani etki, uzaklık eksi taban değildir. Tabanı, gürültünün yayılımının iki
# katından az aşan bir uzaklığa *gürültünün içinde* diyeceğiz. Bütün bunlar
# bağımsızlığa dayanır: Nereden başladıklarını henüz unutmamış ikizler
# birbirine fazla yakındır; o zaman taban da olması gerekenden alçak çıkar.

# %%
distance, noise_a, noise_b = 42.0, 14.0, 34.0  # bir örnek
floor = ((noise_a**2 + noise_b**2) / 2) ** 0.5
effect = (distance**2 - floor**2) ** 0.5
print(f'taban {number(floor)}, etki {number(effect)}')
print(f'{number(distance - floor)} değil')

# %% [markdown]
# Şimdi merdivenin kendisi; ya saklananı okuyoruz ya da burada kuruyoruz:


# %%
def climbed_ladder(content, style):
    """Merdiveni burada, PyTorch ile kur."""
    same = {'width': image_shape[0], 'height': image_shape[1]}
    same.update(epochs=num_epochs, lr_decay_epoch=lr_decay_epoch)
    plan = rungs(PYTORCH, MXNET, weights=weights, **same)
    runs = climb(content, style, plan, floors=True)
    results = ladder_results(runs, PYTORCH, MXNET, weights=weights or 'auto')
    twin = runs.twins[runs.framework_pair[0]][0]
    return results, [run.picture for run in [*runs.runs, twin]]


files = [
    gs.find_image(name)
    for name in ('sample:mountain-lake', 'sample:autumn-avenue')
]
if recompute and find_spec('torch'):
    ladder, pictures = climbed_ladder(*files)
else:
    ladder, pictures = two_tabs.stored_ladder()
twin = pictures.pop()
print(f'{ladder["width"]} x {ladder["height"]}, {ladder["epochs"]} dönem')
origin, digest = (ladder['weights'] + ' ').split(' ')[:2]
print(f'ağırlıklar: {wording(origin)} {digest}'.rstrip())

# %% [markdown]
# Merdivenin iki ucu: projenin kendi fotoğrafı ve tablosuyla, eşit ağırlıklarla
# ve eşit boyutta iki sekme.

# %% alt="PyTorch sekmesinin sakin, geniş fırça darbeli görüntüsü ve yanında MXNet sekmesinin daha keskin, kumlanmalı görüntüsü."
strip(
    [pictures[0], pictures[-1]],
    ['PyTorch sekmesi, PyTorch ile', 'MXNet sekmesi, MXNet ile'],
    width=4.2,
)

# %% [markdown]
# Demek ki bilmece yerinde duruyor. Soldaki görüntü sakin, darbeleri geniş;
# sağdaki daha keskin ve kumlu. Şimdi aradaki basamaklar. Aşağıdaki çizelgede
# her satır bir basamaktır: son döneminin kayıpları, görüntüsünün bir üst
# satırdakinden uzaklığı, o uzaklığın tabanı, basamağın kendi gürültüsü ve
# yayılımı.

# %%
names = {
    '': 'PyTorch sekmesi',
    'resize': 'boyutlandırma: Pillow -> OpenCV',
    'features': 'öznitelikler: ReLU -> evrişim',
    'adam_epsilon': "Adam'ın epsilon'u: -> MXNet",
    'lr': 'öğrenme oranı: 0,3 -> 0,9',
    'framework': 'kütüphane: -> MXNet',
}
labels = [names[rung['field']] for rung in ladder['rungs']]
print(two_tabs.rung_table(ladder, labels, wording))

# %% alt="PyTorch sekmesinden MXNet sekmesine altı basamağın sonuçları: OpenCV'nin boyutlandırmasıyla kumlanma, evrişimin öznitelikleriyle daha kaba ve güçlü renkler gelir; son dördü birbirine benzer."
strip(pictures, labels, columns=3, width=3)

# %% [markdown]
# Bir görüntüden ötekine geçerken gökyüzüne ve doruklara bakın. Sonra aynı şeyi
# eğrilerde görün. Her panel bir kayıp, her eğri bir basamaktır.

# %% alt="Altı basamağın dönemlere göre içerik, stil ve TV kaybı: İki eğri takımı var; öznitelikleri ReLU'dan sonra alanlar alçakta, evrişimden alanlar yüksekte."
two_tabs.loss_chart(ladder, labels, wording)

# %% [markdown]
# Kararı veren şekil de bu: Her değişikliğin renkli çubuğu etkisi, gri çubuğu
# tabanıdır; yanlarında hesabı yazılı.

# %% alt="Beş değişikliğin her biri için gri düzey cinsinden iki çubuk, etki ve taban: Öznitelikler, öğrenme oranı ve boyutlandırma tabanlarını çok aşar, Adam'ın epsilon'u ile kütüphane aşmaz."
two_tabs.effect_chart(ladder, labels, wording)

# %% [markdown]
# Üç fark, tabanının çok üstünde: görüntüyü en çok değiştiren **hangi
# özniteliklerin karşılaştırıldığı**, **öğrenme oranı** ve **görüntülerin nasıl
# yeniden boyutlandırıldığı**. Ama çizelgedeki kayıplara da bakın. Açıklamak
# istediğimiz içerik kaybı ile toplam varyasyonu değiştirenler, öznitelikler ile
# boyutlandırmadır. Öğrenme oranı görüntüyü neredeyse öznitelikler kadar, kayıpları
# ise pek az değiştirir: Aşağı yukarı aynı değerde, ama başka bir görüntüye götürür.
# Adam'ın epsilon'u bir yuvarlamadan pek fazlasını yapmaz; kütüphane ise, tek
# başına değiştirildiğinde, bir yuvarlamanın yaptığını yapar. Şimdi onları tek
# tek ele alalım; her biri birkaç satır MXNet ile gösterilebilir.

# %% [markdown]
# ## Önemli olan: yeniden boyutlandırma süzgeci
#
# Görüntüler ağın gördüğünden büyüktür, bu yüzden küçültülürler. MXNet'in
# `imresize` işlevi OpenCV'nin çift doğrusal süzgecidir: Her yeni piksel için
# her yönde en yakın iki eski piksele bakar, geri kalanları atlar.
# torchvision'ın `Resize`'ı ise Pillow'un çift doğrusal süzgecidir: Görüntü
# küçüldükçe süzgeç genişler ve hepsinin ortalamasını alır. İkisinin de adı
# "bilinear"dır.
#
# **Tahmininiz:** Bir piksel genişliğinde siyah beyaz çizgiler; 90 piksel 40
# piksel olacak. Süzgeçlerin her biri bu çizgileri neye dönüştürür?

# %% alt="Bir piksel genişliğinde siyah beyaz çizgiler; OpenCV ile küçültülünce görüntüde olmayan daha geniş çizgilere, Pillow ile küçültülünce düz griye dönüşürler."
two_tabs.stripes_shrunk(90, 40)

# %% [markdown]
# OpenCV'nin çizgileri uydurmadır: Görüntüdekilerden geniştirler ve sayıları
# daha azdır. Sinyal işlemede buna *örtüşme* (aliasing) denir: Yeni ızgaraya
# sığmayacak kadar ince ayrıntı, aslında hiç olmayan daha kaba bir ayrıntı
# olarak geri gelir. Pillow'un grisi, gözün uzaktan göreceğidir. Fotoğrafta
# örtüşme kumlanma olarak görünür.
#
# **Tahmininiz:** Eğitimin ilk adımından önce, toplam varyasyon kaybının
# saydığı biçimiyle, OpenCV'nin görüntülerindeki kumlanma Pillow'unkilerdekinin
# kaç katıdır?

# %%
shrunk = {}
for name, img in zip(('fotoğraf', 'tablo'), map(gs.read_image, files)):
    smooth = resize_antialiased(img, image_shape)
    shrunk[name] = [gs.preprocess(i, image_shape) for i in (img, smooth)]
    opencv, pillow = (10 * float(gs.tv_loss(X)) for X in shrunk[name])
    print(
        f'{name:9} OpenCV {number(opencv, 2)}, Pillow {number(pillow, 2)}:'
        f' {number(opencv / pillow)} katı'
    )

# %% alt="Fotoğrafın ve tablonun birer parçası, OpenCV ve Pillow ile küçültülmüş: OpenCV'ninkiler kumlu, Pillow'unkiler pürüzsüz."
left, top = image_shape[0] // 2, image_shape[1] // 4
strip(
    [
        gs.postprocess(X).asnumpy()[top : 2 * top, left : left + left // 2]
        for Xs in shrunk.values()
        for X in Xs
    ],
    [
        f'{name}, {library}'
        for name in shrunk
        for library in ('OpenCV', 'Pillow')
    ],
)

# %% [markdown]
# MXNet sekmesi, PyTorch sekmesininkinden daha kumlu bir fotoğraftan başlar ve
# daha kumlu bir tablo görür; elbette daha kumlu bitirir. Toplam varyasyonunun
# daha yüksek olmasının bir nedeni budur; öteki nedenler öznitelikler ile
# öğrenme oranıdır. Yeniden boyutlandırma, asıl işten önceki bir ayak işi gibi
# görünür, ama yöntemin parçasıdır. Bir deneyi anlatırken kütüphaneyi de
# süzgeci de yazın.

# %% [markdown]
# ## Önemli olan: üzerine yazan ReLU
#
# `extract_features` ağı katman katman geçer ve bazı çıktıları bir listede
# saklar:
#
# ```
# X = net[i](X)
# if i in style_layers:
#     styles.append(X)
# ```
#
# Liste dizinin kendisini tutar, bir kopyasını değil. Ya bir sonraki katman
# sonucunu tam da o dizinin üzerine yazarsa? torchvision'ın VGG'si böyle yapar:
# Etkinleştirmeleri `nn.ReLU(inplace=True)` diye kurulmuştur; bu, bellekten
# kazandırır.
#
# **Tahmininiz:** Yerinde bir ReLU'dan sonra listede ne olur, yeni bir dizi
# yapan ReLU'dan sonra ne?

# %%
Y = numpy.array([-2.0, -1.0, 0.5, 3.0])  # bir evrişimin çıktısı olsun
styles = [Y]
numpy.maximum(Y, 0, out=Y)  # yerinde ReLU
print('saklandı, sonra yerinde ReLU:', styles[0])

# %%
Y = np.array([-2.0, -1.0, 0.5, 3.0])
styles = [Y]
Y = npx.relu(Y)  # Gluon'unki yeni bir dizi yapar
print("saklandı, sonra Gluon'un ReLU'su:", styles[0])

# %% [markdown]
# Yani PyTorch sekmesi evrişimin çıktısını ister, onu saklar, ama ReLU'nun
# çıktısını karşılaştırır. Hiçbir hata çıkmaz, çünkü kayıplar bütün ağ
# çalıştıktan ve bütün dizilerin üzerine yazıldıktan sonra hesaplanır. Tek bir
# istisna vardır: Ağ `conv5_1`'in ardından kesilmiştir, o katmandan sonra ReLU
# gelmez ve eksi değerleri korunur. PyTorch sekmesi dört katmanı ReLU'dan
# sonra, birini ReLU'dan önce karşılaştırır; bunu da kimse seçmiş değildir.
#
# MXNet'te ikisini de isteyebiliriz. Aşağıda, ilk adımdan önceki fotoğraf için
# her katmanın özniteliklerinin en küçük değeri ve stil kaybı var. (Ağırlıklar
# saklanan merdiveninkinden başkaysa sayılar da başka olur.)
#
# **Tahmininiz:** Stil kaybı hangi katmanlarda ReLU'dan sonra küçülür?

# %%
content_img, style_img = map(gs.read_image, files)
net = gs.vgg19_features(weights, device=device)
used = net.weights_used
source = wording(used.source)
print(f'ağırlıklar: {source} {used.digest[:19]}'.rstrip())


def least_and_loss(features):
    """Fotoğrafın her katmandaki en küçük özniteliği ve stil kaybı."""
    layers = compared_layers(gs.Settings(features=features))
    X, _ = gs.get_contents(content_img, net, image_shape, device, *layers)
    _, styles_Y = gs.get_styles(style_img, net, image_shape, device, *layers)
    _, styles = gs.extract_features(X, net, *layers)
    return [
        (float(Y_hat.min()), 1e3 * float(gs.style_loss(Y_hat, gs.gram(Y))))
        for Y_hat, Y in zip(styles, styles_Y)
    ]


# %%
compared = {
    'evrişim': least_and_loss('convolution'),
    'PyTorch sekmesi': least_and_loss('aliased'),
}
layers = [gs.VGG19_LAYERS[layer].name for layer in gs.STYLE_LAYERS]
print(two_tabs.layer_table(compared, layers, ('en küçük', 'kayıp'), wording))

# %% [markdown]
# ReLU'dan sonra karşılaştırılan dört katmanın eksi değeri yok, kayıpları da
# daha küçük; `conv5_1` iki sütunda da aynı.
#
# Böyle olmak zorunda mı? **İçerik kaybı** için bu bir teoremdir: ReLU iki
# sayının uzaklığını hiçbir zaman artırmaz, $|\max(x, 0) - \max(y, 0)| \le
# |x - y|$; içerik kaybı da uzaklık karelerinin ortalamasıdır. **Stil kaybı**
# için ise bir gözlemdir: Gram matrisi çarpımlardan oluşur; eksileri atan bir
# ReLU iki Gram matrisini yaklaştırabilir de uzaklaştırabilir de.

# %%
a, b = np.array([[[[1.0, -1.0]]]]), np.array([[[[1.0, 1.0]]]])
for name, f in [('ReLU öncesi', lambda X: X), ('ReLU sonrası', npx.relu)]:
    losses = gs.content_loss(f(a), f(b)), gs.style_loss(f(a), gs.gram(f(b)))
    content, style = (number(float(loss), 2) for loss in losses)
    print(
        f'{name:16} {wording("content")} {content}  {wording("style")} {style}'
    )

# %% [markdown]
# ReLU'dan önce ikisinin Gram matrisi aynıdır, çünkü o matris işaretleri görmez
# ([01_sinir_tarzi_transfer](01_sinir_tarzi_transfer.ipynb) bunu bir görüntü ve
# negatifiyle gösterir: $G(X) = G(-X)$). ReLU'dan sonra aynı değildir; stil kaybı
# *büyümüştür*. Demek ki sekmeler aynı şeyi yalnızca başka ağırlıkla ölçmüyor:
# PyTorch sekmesi dört katmanda işaretleri gören bir şeyi, MXNet sekmesi ise
# görmeyen bir şeyi karşılaştırıyor.
#
# Bundan çıkan ders bir satıra sığar: **Saklanan dizi bir addır, kopya değil.**
# Sınaması da öyle: En küçük değeri yazdırın. Evrişimin eksi çıktıları vardır,
# ReLU'nun yoktur.

# %% [markdown]
# ## Pek önemli olmayan: Adam'ın epsilon'u
#
# Adam, gradyanın ortalamasını $\sqrt{v} + \epsilon$ ile böler; $v$, gradyanın
# karesinin ortalamasıdır. İki ortalama da 0'dan başlar ve bu yanlılık
# düzeltilir. PyTorch $\epsilon$'u düzeltmeden sonra, MXNet düzeltmeden önce
# ekler; böylece MXNet'in $\epsilon$'u, $t$. adımda fiilen şu kadar kat büyük
# olur:
#
# $$\frac{1}{\sqrt{1 - 0{,}999^t}}.$$
#
# İlk adımda bu 32 eder.
#
# **Tahmininiz:** İlk adımlar hangi büyüklükteki gradyanlarda ayrılır? Aşağıda,
# ilk adımın öğrenme oranına oranı var. İki eniyileyici de MXNet'te çalışır;
# `pytorchadam`, öteki epsilon ile MXNet'in Adam'ıdır.


# %%
def first_step(gradient, optimizer):
    """Her değeri 0 olan görüntüden, öğrenme oranı 1 iken, bir adım at."""
    X, _, trainer = gs.get_inits(
        np.zeros(len(gradient), ctx=device), device, 1.0, [], optimizer
    )
    with autograd.record():  # gradyanı, verilen gradyan olan bir toplam
        l = (X * np.array(gradient, ctx=device)).sum()
    l.backward()
    trainer.step(1)
    return -X.asnumpy()


gradient = [1e-2, 1e-4, 1e-6, 1e-7, 1e-8]
steps = [first_step(gradient, name) for name in ('adam', 'pytorchadam')]
print('gradyan    MXNet  PyTorch')
for g, ours, theirs in zip(gradient, *steps):
    print(f'{g:8.0e} {number(ours, 3):>7} {number(theirs, 3):>8}')

# %% [markdown]
# Gradyan milyonda birin altındayken ikisi çok ayrılıyor. Peki gerçek bir
# görüntüde kaç sayının gradyanı bu kadar küçüktür? Fotoğrafı alalım ve toplam
# kaybın gradyanını bir kez hesaplayalım:

# %%
content_X, contents_Y = gs.get_contents(content_img, net, image_shape, device)
_, styles_Y = gs.get_styles(style_img, net, image_shape, device)
X, styles_Y_gram, _ = gs.get_inits(content_X, device, 0.9, styles_Y)
with autograd.record():
    contents, styles = gs.extract_features(X, net)
    *_, l = gs.compute_loss(X, contents, styles, contents_Y, styles_Y_gram)
l.backward()
sizes = abs(X.grad.asnumpy())
for limit in (1e-2, 1e-4, 1e-6):
    share = number(100 * (sizes < limit).mean())
    print(f'{limit:.0e} altında: yüzde {share}')

# %% [markdown]
# Yok denecek kadar az. Demek ki epsilon gerçek bir farktır, kolayca gösterilir
# ve burada pek önemi yoktur. Merdivenin ilgili satırı da aynı şeyi söyler:

# %%
rung = ladder['rungs'][3]
distance, floor = (number(rung['distance'][i]) for i in ('rmse', 'floor'))
print(
    f'{labels[3]}: {wording("distance")} {distance}, {wording("floor")} {floor}'
)

# %% [markdown]
# Taban olmasaydı bu uzaklığın tamamını etki sanırdık.

# %% [markdown]
# ## Öğrenme oranı ve bir yuvarlamanın neden büyüdüğü
#
# Adam'ın bir adımı en çok aşağı yukarı öğrenme oranı kadardır; en başta, çok
# küçükleri dışında bütün gradyanlar için tam bu kadardır. MXNet sekmesinin
# oranı olan 0,9'da bu, 255 gri düzeyin yaklaşık 50'sidir; PyTorch sekmesininki
# olan 0,3'te 17'sidir. Bir pikselin gradyanı küçük, ama epsilon kadar da küçük
# değilse ve 0'ın biraz üstünde mi biraz altında mı olduğuna bir yuvarlama
# karar veriyorsa, pikselin yukarı mı aşağı mı gideceğine de o karar verir:
# Sayının son hanesindeki bir fark, 100 gri düzeyi bulan bir fark olmuştur. Bir
# sonraki adımda pikselin komşuları da bunu fark eder.
#
# Bunu görmek için ikinci bir kütüphane gerekmez. MXNet'i kendisiyle
# karşılaştıralım; ikinci koşu, bir yuvarlama ötedeki görüntüden başlasın.
#
# **Tahmininiz:** 10 adım sonra iki görüntü kaç gri düzey ayrılmış olur, 40
# adım sonra kaç?


# %%
def pictures_from(start, epochs):
    """Bir görüntüden başlayarak eğit, her adımdan sonrasını sakla."""
    kept = {}
    gs.train(
        start,
        contents_Y,
        styles_Y,
        net,
        device,
        0.9,
        epochs,
        lr_decay_epoch,
        lambda record, picture: kept.update({record.epoch: picture()}),
        every=1,
    )
    return kept


epochs = min(num_epochs, 40)
run = pictures_from(content_X, epochs)
run_twin = pictures_from(content_X * (1 + 2**-23), epochs)
apart = {epoch: rmse(run[epoch], run_twin[epoch]) for epoch in run}
for epoch in sorted({min(10, epochs), epochs}):
    print(f'{epoch}. dönemde uzaklık:', number(apart[epoch]))
print(
    f'{epochs}. dönemde 5 gri düzeyden fazla ayrıldılar mı:',
    YES[apart[epochs] > 5],
)

# %% alt="Logaritmik eksende iki görüntünün dönemlere göre uzaklığı: MXNet ile PyTorch, PyTorch ile üç ikizi, MXNet ile ikizi; hepsi ilk birkaç dönemde dik, sonra yavaşlayarak birlikte yükselir ve düzleşir."
two_tabs.drift_chart(ladder['framework'], apart, wording)

# %% [markdown]
# Bu boyutta iki görüntü 10 adım sonra 5 ya da 6, 40 adım sonra 24 gri düzey
# ayrıdır ve orada kalır. İki kütüphane birbirinden, her birinin kendisinden uzaklaştığı gibi
# uzaklaşır; hız da varılan yükseklik de aşağı yukarı aynıdır. En dik yükseliş
# ilk birkaç adımdadır; yuvarlamanın ters yöne gönderdiği ilk piksellerden
# gelir. Sonra bir düzlük başlar: Görüntüler hangi yuvarlamayla başladıklarını
# unutmuştur; ortak kalan, kayıpların istediğidir.
#
# Görüntüler de şöyle: MXNet, PyTorch ve bir yuvarlama öteden başlayan PyTorch.
# Kumlanma piksel piksel başka. Söylenmese, bunların ayrı görüntüler olduğunu
# fark eder miydiniz?

# %% alt="MXNet'in, PyTorch'un ve bir yuvarlama öteden başlayan PyTorch'un birbirine benzeyen üç görüntüsü; yalnızca kumlanmaları başka."
strip(
    [pictures[-1], pictures[-2], twin],
    ['MXNet', 'PyTorch', 'PyTorch, bir yuvarlama öteden'],
    width=3.2,
)

# %% [markdown]
# Öğrenme oranının çizelgedeki satırı da böylece açıklanır. Üç katı oran
# görüntüyü daha uzağa savurur, basamağın kendi gürültüsü de onunla birlikte
# artar. Tabanın iki gürültüyü de, kareleriyle, sayması bu yüzdendir. Ama her şey
# gürültü değildir: Etki, gürültü çıkarıldıktan sonra kalandır.

# %%
for label, rung in list(zip(labels, ladder['rungs']))[3:5]:
    print(f'{label}: {wording("noise")} {number(rung["noise"]["rmse"])}')
change = ladder['rungs'][4]['distance']
for name, key in (
    ('distance', 'rmse'),
    ('floor', 'floor'),
    ('effect', 'effect'),
):
    print(f'{wording(name):8} {number(change[key])}')

# %% [markdown]
# ## Kütüphane
#
# Geri kalan her şey eşitken ikisi ne kadar uyuşur? İlk dönemde hiçbir şeyin
# büyüyecek zamanı olmamıştır; kayıplar hane hane karşılaştırılabilir.
#
# **Tahmininiz:** Baştan kaç hanesi aynı çıkar?

# %%
framework = ladder['framework']
terms = {'style': 'stil', 'tv': 'TV', 'total': 'toplam'}
for row in framework['agreement']:
    if row['term'] in terms:
        print(
            f'{terms[row["term"]]:6} {number(row["mxnet"], 2):>7}'
            f'   fark milyonda birden az mı:',
            YES[row['difference'] < 1e-6],
        )

# %% [markdown]
# Yani en az altı hane aynıdır. float32'de yaklaşık yedi hane vardır, toplamlar
# sonuncusundan biraz yitirir; daha fazlası beklenemez. (İçerik kaybı listede yok:
# İlk dönemde 0'dır.) **Kayıpları ilk dönemde karşılaştırın; sonuçtaki görüntüleri ise, bir
# programı kendisiyle de karşılaştırmıyorsanız, karşılaştırmayın.**
#
# ## İki sekmede de aynı: on kere liste
#
# Yanlış görünen bir şey daha var; iki sekmede de aynı olduğu için aralarındaki
# hiçbir farkı açıklamaz:
#
# ```
# l = sum(10 * styles_l + contents_l + [tv_l])
# ```
#
# **Tahmininiz:** Beş stil kaybı, bir içerik kaybı, bir TV kaybı var. Her biri
# toplamda kaç kez sayılır? Ya üçü de dizi olsaydı ve artı işaretleri sayıları
# toplasaydı?

# %%
styles_l, contents_l, tv_l = [1] * 5, [100], 10_000
print('liste:', sum(10 * styles_l + contents_l + [tv_l]))
arrays = 10 * numpy.array(styles_l) + numpy.array(contents_l)
print('dizi: ', sum(arrays + numpy.array([tv_l])))

# %% [markdown]
# On kere bir liste, listenin on kez yinelenmesidir; listeler arasındaki artı
# işareti onları uç uca ekler: 1'lik 50 stil kaybı, 100'lük bir içerik kaybı,
# 10.000'lik bir TV kaybı. Demek ki stil, ağırlığının söylediğinin de grafiğin
# gösterdiğinin de on katı sayılır. Dizilerle de her stil kaybının on katı
# alınırdı, yani yine 50; ama artı işaretleri toplardı, tek içerik kaybı ile tek
# TV kaybı beş katmanın hepsine *yayılırdı* (broadcasting) ve toplam onları
# beşer kez sayardı. Aynı satır, başka bir kayıp.
#
# 1.0 sürümü bunu açıkça yazdı: bir kez sayılan 1e4'lük bir ağırlık. İki sürüm
# de aynı toplamı en aza indirir, ama çizilen stil kaybı birinde on kat
# büyüktür; bu yüzden ayrı sürümlerin eğrileri üst üste konmaz.

# %% [markdown]
# ## Sınama: MXNet ikisini de çizer
#
# Açıklama doğruysa, PyTorch sekmesinin görüntüsü aslında PyTorch'un değildir.
# Yumuşatan bir boyutlandırmanın, ReLU'dan sonraki özniteliklerin ve 0,3'lük
# bir oranın eseridir; MXNet de onu çizebilmelidir. Öyleyse iki tarifi de
# MXNet'e çalıştıralım.

# %%
settings = {
    name: replace(
        RECIPES[name].settings,
        width=image_shape[0],
        height=image_shape[1],
        epochs=num_epochs,
        lr_decay_epoch=lr_decay_epoch,
        weights=weights,
    )
    for name in (PYTORCH, MXNET)
}
outputs = {
    name: gs.postprocess(gs.run(content_img, style_img, each)).asnumpy()
    for name, each in settings.items()
}

# %% alt="PyTorch sekmesinin tarifi PyTorch'ta da MXNet'te de aynı sakin görüntüyü verir; MXNet sekmesinin tarifi MXNet'te kumlu olanı verir."
strip(
    [pictures[0], outputs[PYTORCH], outputs[MXNET]],
    [
        'PyTorch sekmesinin tarifi\nPyTorch ile',
        'PyTorch sekmesinin tarifi\nMXNet ile',
        'MXNet sekmesinin tarifi\nMXNet ile',
    ],
    width=3.2,
)

# %%
pairs = {
    'tek tarif, iki kütüphane': (pictures[0], outputs[PYTORCH]),
    'iki tarif, tek kütüphane': (outputs[PYTORCH], outputs[MXNET]),
}
for name, pair in pairs.items():
    distance = rmse(*pair)
    if distance is not None:  # saklanan görüntüler başka boyutta olabilir
        print(f'{name}: {number(distance, 0)} {wording("grey levels")}')
noise = ladder['rungs'][0]['noise']['rmse']
print(
    f'PyTorch sekmesinin tarifinin gürültüsü: {number(noise, 0)} {wording("grey levels")}'
)

# %% [markdown]
# İlk ikisi, gürültü dışında, aynı görüntüdür; son ikisi aynı kütüphaneden
# çıkmıştır ve birbirinden çok uzaktır. Sorun hiçbir zaman kütüphane olmadı.
#
# ## Açıklanmadan kalan
#
# Beş değişiklik, kitaptaki farkın ne kadarını yeniden üretti? İlk basamaktan
# sonuncusuna, 1.0 sürümünün yanında:

# %%
first, last = (ladder['rungs'][i]['final'] for i in (0, -1))
for term in ('content', 'tv'):
    ours = last[term] / first[term]
    theirs = book['MXNet'][term][500] / book['PyTorch'][term][500]
    print(
        f'{wording(two_tabs.TERMS[term]):8} MXNet / PyTorch: merdiven'
        f' {number(ours)}, kitap {number(theirs)}'
    )

# %% [markdown]
# Farkın yönü kitaptaki gibi, büyüklüğü değil. Geriye kalan burada açıklanmadı.
# İlk şüpheli **ağırlıklardır**: VGG-19'un iki ayrı eğitimi; merdivende ikisi
# de yok. Ayrıca kitabın koşuları başka görüntülerle, 450 x 300 pikselde, 500
# dönemdir ve öğrenme oranı 50 dönemde bir azalır. Bunların hiçbirini tek başına değiştirmedik; her birinin ne kadar
# etkilediğini bilmiyoruz.
#
# ## Özet
#
# | fark | önemli mi? | ne yapar |
# |---|---|---|
# | boyutlandırma süzgeci | evet | OpenCV, Pillow'un ortalayıp sildiği kumlanmayı bırakır: toplam varyasyon |
# | yerinde ReLU | evet | başka öznitelikler karşılaştırılır: içerik ve stil kaybı |
# | öğrenme oranı | görüntü için evet, kayıplar için az | adımlar uzar, başka bir görüntü çıkar, gürültü de artar |
# | Adam'ın epsilon'u | pek değil | gerçek, ama gürültüden pek fazla değil |
# | kütüphane | hayır | bir yuvarlamanın yaptığını yapar |
# | ağırlıklar | elbette, ama burada ölçülmedi | iki eğitim, iki eğri takımı |
# | okuyucular, boyutların sırası | hayır | hiçbir şey |
# | grafiğin sınırları | hayır | ilk dönemleri gizler |
#
# Siz de bir programı başka bir kütüphaneye taşıyorsanız:
#
# 1. Son sonuçlardan önce, ilk adımdaki ara değerleri karşılaştırın.
# 2. Her seferinde tek bir şeyi değiştirin; kütüphaneyi en sona bırakın.
# 3. Gürültüyü ölçün: Programınızı birkaç yuvarlama öteden, birden çok kez,
#    kendisiyle karşılaştırın; gürültüyü kareleriyle çıkarın.
# 4. Sakladığınız her özniteliğin en küçük değerini yazdırın.
# 5. Hangi süzgeçle boyutlandırdığınızı ve ağırlıklarınızın özetini (hash) not
#    edin.
# 6. Neyi açıklamadığınızı söyleyin.
#
# ## Bundan sonrası
#
# [docs/numerics.md](../../docs/numerics.md) (İngilizce) merdiveni öteki
# sayılarla birlikte verir; her sayının yanında onu üreten komut durur. Komut
# satırı herhangi iki tarif arasında merdiven kurar ve bir rapor yazar. PyTorch
# kuruluysa şunu deneyin:
#
# ```
# gluon-style compare sample:mountain-lake sample:autumn-avenue -o ladder \
#     --width 150 --height 100 --epochs 100 --set lr_decay_epoch=10 --floors
# ```
#
# PyTorch istemeyen bir tanesi de şu: `--from d2l-0.17-mxnet --to gatys-2016`.
# Bölüm, makaleden ne kadar uzakta?
