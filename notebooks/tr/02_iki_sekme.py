# %% [markdown]
# # İki sekme, iki görüntü
#
# Kitap, *Sinir Tarzı Transfer* bölümünü iki sekmede basar: biri MXNet için,
# biri PyTorch için. Metin aynıdır, formüller aynıdır, görüntüler aynıdır.
# İkisini de çalıştırın: İki ayrı görüntü çıkar, kayıplar da birbirine yakın
# bile değildir. Sekmelerden biri yanlış mı? Yoksa suç kütüphanenin mi?
#
# Bir program bir kütüphaneden ötekine taşındığında bu tür sorular hep çıkar ve
# pek yanıtlanmaz, çünkü bir anda birçok şey birden değişmiştir. Bu not defteri
# böyle bir soruyu yanıtlıyor. Yöntem, yanıttan daha önemli: **Her seferinde
# tek bir şeyi değiştirin ve bir farkın bir anlam taşıması için ne kadar büyük
# olması gerektiğini bilin.**
#
# Burada hiçbir şey için PyTorch gerekmez. PyTorch'un hesapladıkları not
# defteriyle birlikte saklandı; PyTorch sizde kuruluysa, aşağıda `recompute =
# True` yazıp onları yeniden hesaplatabilirsiniz. MXNet'in hesapladıkları ise
# siz okurken, yaklaşık iki dakikada hesaplanır. Yöntemin kendisi için önce
# [01_sinir_tarzi_transfer](01_sinir_tarzi_transfer.ipynb) not defterini
# okuyun.
#
# In English: [../02_two_tabs.ipynb](../02_two_tabs.ipynb)

# %% tags=["parameters"]
recompute = False  # True: merdiveni PyTorch ile yeniden kurar, beş dakika
image_shape = (225, 150)  # burada hesaplananların genişliği, yüksekliği
num_epochs = 100  # her koşunun adım sayısı; kitapta 500
weights = None  # None: gerçek ağırlıkları bulur; 'student' pakette gelir

# %%
# %matplotlib inline
import json
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import matplotlib.pyplot as plt
import numpy
from PIL import Image

import gluon_style as gs
from gluon_style.drawing.charts import bars, curves
from gluon_style.drawing.panels import strip
from gluon_style.parity.ladder.climb import climb
from gluon_style.parity.ladder.distances import ladder_results as figures
from gluon_style.parity.ladder.distances import rmse
from gluon_style.parity.ladder import rungs
from gluon_style.parity.published import published_curves
from gluon_style.runs.recipes import RECIPES, explain
from gluon_style.runs.variants import compared_layers, resize_antialiased
from mxnet import autograd, np, npx

device = gs.try_gpu()
MXNET, PYTORCH = 'd2l-0.17-mxnet', 'd2l-0.17-pytorch'
COLOURS = {'MXNet': '#0072b2', 'PyTorch': '#d55e00'}

# %% [markdown]
# ## Soru
#
# Kitap çıktılarıyla birlikte yayımlanır, bu yüzden soruyu kitabın kendi
# sayılarıyla sorabiliriz. Aşağıda iki sekmenin kayıp eğrilerini görüyorsunuz;
# kitabın 1.0 sürümündeki şekillerden okundular: 450 x 300 pikselde 500 dönem.

# %%
book = {
    'MXNet': published_curves('d2l-1.0-mxnet'),
    'PyTorch': published_curves('d2l-1.0-pytorch'),
}
titles = {'content': 'içerik', 'style': 'stil', 'tv': 'TV'}
for term, title in titles.items():
    ends = [book[tab][term][500] for tab in book]
    print(
        f'{title:7} 500. dönemde: MXNet {ends[0]:.2f}, PyTorch {ends[1]:.2f}'
    )
curves(
    {
        title: [
            {
                'label': tab,
                'x': list(found[term]),
                'y': list(found[term].values()),
                'color': COLOURS[tab],
            }
            for tab, found in book.items()
        ]
        for term, title in titles.items()
    },
    xlabel='dönem',
)

# %% [markdown]
# MXNet sekmesinin içerik ve stil kaybı on katından fazla yüksekte, toplam
# varyasyonu dört katından fazla yüksekte biter. Kimse bunların aynı programın
# iki koşusu olduğunu düşünmezdi.
#
# İki program nelerde ayrılıyor? Paket, bölümün sürümlerini birer *tarif*
# (recipe) olarak tanır ve iki tarifin nerede ayrıldığını listeler:

# %%
for field, theirs, ours, _ in explain(PYTORCH, MXNET):
    print(f'{field:13} {theirs!s:17} {ours}')

# %% [markdown]
# Dokuz şüpheli. Dördünü hemen serbest bırakabiliriz:
#
# * `size_order`: Biri (300, 450) yazar, öteki (450, 300); ikisi de aynı
#   görüntüyü kasteder.
# * `reader`: Pillow ile OpenCV sıradan bir dosyayı bitine kadar aynı okur.
#   Karşılaştırdık.
# * `plot_limits`: MXNet sekmesi grafiğini 20'de keser, bu da ilk dönemleri
#   gizler. Gördüğünüzü değiştirir, hesaplananı değil.
# * `weights`: Sekmeler, VGG-19'un iki ayrı eğitimini indirir. Bu gerçekten
#   önemlidir; biriyle çizilen eğri ötekiyle çizilenle hiçbir zaman çakışamaz.
#   Ama açıklama için gerekmez; bu yüzden aşağıdaki her şey aynı ağırlıkları
#   kullanır.
#
# Geriye beş şüpheli kalır: `resize`, `features`, `adam_epsilon`, `lr` ve
# `framework`.

# %% [markdown]
# ## Merdiven
#
# İki programı oldukları gibi karşılaştıramayız, çünkü bir anda beş şey birden
# değişir. Bu yüzden araya başka programlar koyarız. İlki basıldığı hâliyle
# PyTorch sekmesidir; her sonraki, öncekinden bir şeyde daha ayrılır; sonuncusu
# MXNet sekmesidir. Böyle bir dizi bir *merdivendir*; her *basamağı* başlı
# başına bir eğitimdir. Kütüphane en sonda, geri kalan her şey eşitlenmişken
# değiştirilir.
#
# Her basamak için bir koşu daha gerekir. Ne değişirse değişsin, bir kayan
# noktalı sayının son biti bile değişse, sonuçtaki görüntü bir miktar oynar. Bu
# yüzden her basamağı bir de $1 + 2^{-23}$ ile çarpılmış görüntüden başlatırız;
# bu, float32'de **tek bir yuvarlamadır**. Onun sonuçtaki görüntüyü ne kadar
# oynattığına **taban** diyeceğiz. Tabanın açıkça üstünde olmayan bir fark,
# etki sayılmaz.
#
# İki görüntünün uzaklığı, farklarının karesel ortalamasıdır; birimi, 0 ile 255
# arasındaki gri düzeydir.


# %%
def stored_ladder():
    """data/make_two_tabs.py dosyasının kurduğu merdiveni döndür."""
    package = Path(gs.__file__).parents[1]
    folder = next(
        place
        for place in (
            Path('data'),
            Path('../data'),
            package / 'notebooks/data',
        )
        if (place / 'two_tabs.json').is_file()
    )
    found = json.loads((folder / 'two_tabs.json').read_text('utf-8'))
    names = [*range(len(found['rungs'])), 'twin']
    return found, [
        numpy.asarray(Image.open(folder / f'two_tabs_{name}.jpg')) / 255
        for name in names
    ]


def climbed_ladder(content, style):
    """Onu burada, PyTorch ile kur."""
    width, height = image_shape
    plan = rungs(
        PYTORCH,
        MXNET,
        width=width,
        height=height,
        epochs=num_epochs,
        weights=weights,
    )
    whole = climb(content, style, plan, floors=True)
    twin = whole.twins[whole.framework_pair[0]]
    found = figures(whole, PYTORCH, MXNET, weights=weights or 'auto')
    return found, [run.picture for run in [*whole.runs, twin]]


files = [
    gs.find_image(name)
    for name in ('sample:mountain-lake', 'sample:autumn-avenue')
]
if recompute and not find_spec('torch'):
    print('PyTorch kurulu değil: aşağıdakiler saklananlardır')
if recompute and find_spec('torch'):
    found, pictures = climbed_ladder(*files)
else:
    found, pictures = stored_ladder()
twin = pictures.pop()
print(f'{found["width"]} x {found["height"]}, {found["epochs"]} dönem', end='')
print(f', ağırlıklar: {found["weights"]}')

# %% [markdown]
# Merdivenin iki ucu: projenin kendi fotoğrafı ve tablosuyla, eşit ağırlıklarla
# ve eşit boyutta iki sekme.

# %%
content_img, style_img = (gs.read_image(file) for file in files)
strip(
    [pictures[0], pictures[-1]],
    ['PyTorch sekmesi, PyTorch ile', 'MXNet sekmesi, MXNet ile'],
    width=4.2,
)

# %% [markdown]
# Demek ki bilmece yerinde duruyor. Soldaki görüntü sakin, darbeleri geniş;
# sağdaki daha keskin ve kumlu. Şimdi aradaki basamaklar. Aşağıdaki çizelgede
# her satır bir koşudur; *uzaklık*, görüntüsünün bir üst satırdakinden ne kadar
# ayrıldığı, *taban* ise tek bir yuvarlamanın onu ne kadar oynattığıdır.

# %%
names = {
    '': 'PyTorch sekmesi',
    'resize': 'boyutlandırma: Pillow -> OpenCV',
    'features': 'öznitelikler: ReLU -> evrişim',
    'adam_epsilon': "Adam'ın epsilon'u: -> MXNet",
    'lr': 'öğrenme oranı: 0.3 -> 0.9',
    'framework': 'kütüphane: -> MXNet',
}
labels = [names[rung['field']] for rung in found['rungs']]
print(' ' * 30, '  ilk dönem         son dönem')
print(' ' * 30, '   stil    TV    içerik  stil   TV    uzaklık taban')
for label, rung in zip(labels, found['rungs']):
    first, last = rung['initial'], rung['final']
    distance = rung['distance']
    apart = f'{distance["rmse"]:.1f}' if distance else '-'
    print(
        f'{label:31}{first["style"]:6.2f} {first["tv"]:6.2f}'
        f' {last["content"]:8.2f} {last["style"]:5.2f} {last["tv"]:5.2f}'
        f' {apart:>9} {rung["floor"]:5.1f}'
    )

# %%
strip(pictures, labels, columns=3, width=3)

# %% [markdown]
# Bir görüntüden ötekine geçerken gökyüzüne ve doruklara bakın. Sonra aynı şeyi
# eğrilerde görün. Her panel bir kayıp, her eğri bir basamaktır.

# %%
LOOKS = [
    {'color': '#d55e00', 'linewidth': 2.2},
    {'color': '#e69f00', 'linewidth': 1.8},
    {'color': '#009e73', 'linewidth': 2.4},
    {'color': '#cc79a7', 'linewidth': 1.2},
    {'color': '#56b4e9', 'linewidth': 2.4},
    {'color': '#1d2329', 'linewidth': 1.2, 'linestyle': '--'},
]
curves(
    {
        title: [
            {
                'label': label,
                'x': rung['curve']['epoch'][1:],
                'y': rung['curve'][term][1:],
                **look,
            }
            for label, rung, look in zip(labels, found['rungs'], LOOKS)
        ]
        for term, title in titles.items()
    },
    xlabel='dönem',
    height=3.4,
)

# %% [markdown]
# Kararı veren şekil de bu. Siyah çizgi tabandır: Onun solunda kalan gri bölümü
# tek bir yuvarlama da yapardı.

# %%
bars(
    labels[1:],
    [rung['distance']['rmse'] for rung in found['rungs'][1:]],
    [rung['floor'] for rung in found['rungs'][1:]],
    ['tabanın ötesi', 'taban: tek bir yuvarlama'],
    xlabel='görüntü ne kadar oynuyor, gri düzey',
)

# %% [markdown]
# İki fark öne çıkıyor: **görüntülerin nasıl yeniden boyutlandırıldığı** ve
# **hangi özniteliklerin karşılaştırıldığı**. Öğrenme oranı ayrı bir konu.
# Adam'ın epsilon'u bir yuvarlamadan pek fazlasını yapmaz; kütüphane ise, tek
# başına değiştirildiğinde, *tam olarak* bir yuvarlamanın yaptığını yapar.
# Şimdi onları tek tek ele alalım; her biri birkaç satır MXNet ile
# gösterilebilir.

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
# Farkı en iyi bir piksel genişliğinde çizgiler gösterir. 90 piksel 40 piksel
# olsun:

# %%
stripes = numpy.zeros((90, 90, 3), dtype='uint8')
stripes[:, ::2] = 255
stripes = np.array(stripes, dtype='uint8')
shrunk = [stripes, resize_antialiased(stripes, (40, 40))]
_, axes = plt.subplots(1, 3, figsize=(8.4, 2.9), layout='tight')
for ax, title, picture in zip(
    axes,
    ['90 x 90', '40 x 40, OpenCV', '40 x 40, Pillow'],
    [stripes.astype('float32') / 255]
    + [gs.postprocess(gs.preprocess(i, (40, 40))) for i in shrunk],
):
    ax.imshow(picture.asnumpy(), vmin=0, vmax=1, interpolation='nearest')
    ax.set_title(title)
    ax.axis('off')

# %% [markdown]
# OpenCV'nin çizgileri uydurmadır: Görüntüdekilerden geniştirler ve sayıları
# daha azdır. Pillow'un grisi, gözün uzaktan göreceğidir. Bir fotoğrafta aynı
# şeye kum ya da gren denir. Eğitimin ilk adımından önce, toplam varyasyon
# kaybının saydığı biçimiyle, ne kadar kum olduğu şöyle:

# %%
seen = {}
for name, img in [('fotoğraf', content_img), ('tablo', style_img)]:
    smooth = resize_antialiased(img, image_shape)
    seen[name] = [gs.preprocess(i, image_shape) for i in (img, smooth)]
    tv = [10 * float(gs.tv_loss(X)) for X in seen[name]]
    print(f'{name:9} OpenCV {tv[0]:.2f}, Pillow {tv[1]:.2f}')
left, top = image_shape[0] // 2, image_shape[1] // 4
strip(
    [
        gs.postprocess(X).asnumpy()[top : 2 * top, left : left + left // 2]
        for Xs in seen.values()
        for X in Xs
    ],
    [f'{name}, {tool}' for name in seen for tool in ('OpenCV', 'Pillow')],
)

# %% [markdown]
# MXNet sekmesi, PyTorch sekmesininkinden bir buçuk kat kumlu bir fotoğraftan
# başlar ve ona bir buçuk kat kumlu bir tablo gösterilir; elbette daha kumlu
# bitirir. Daha yüksek olan toplam varyasyonun bir parçası budur; kalanını
# öznitelikler ile öğrenme oranı ekler. Yeniden boyutlandırma, asıl işten
# önceki bir ayak işi gibi görünür, ama yöntemin parçasıdır. Kütüphaneyi de
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

# %%
Y = numpy.array([-2.0, -1.0, 0.5, 3.0])  # bir evrişimin çıktısı olsun
styles = [Y]
numpy.maximum(Y, 0, out=Y)  # yerinde ReLU
print('saklandı, sonra yerinde ReLU:   ', styles[0])

Y = np.array([-2.0, -1.0, 0.5, 3.0])
styles = [Y]
Y = npx.relu(Y)  # Gluon'unki yeni bir dizi yapar
print("saklandı, sonra Gluon'un ReLU'su:", styles[0])

# %% [markdown]
# Yani PyTorch sekmesi evrişim der, evrişimi saklar ve ReLU'yu karşılaştırır.
# Hiçbir hata çıkmaz, çünkü kayıplar bütün ağ çalıştıktan ve bütün dizilerin
# üzerine yazıldıktan sonra hesaplanır. Tek bir istisna vardır: Ağ `conv5_1`'in
# ardından kesilmiştir, o katmandan sonra ReLU gelmez ve eksi değerleri sağ
# kalır. PyTorch sekmesi dört katmanı ReLU'dan sonra, birini ReLU'dan önce
# karşılaştırır; bunu da kimse seçmiş değildir.
#
# MXNet'te ikisini de isteyebiliriz. Aşağıda, ilk adımdan önceki fotoğraf için
# her katmanın özniteliklerinin en küçük değeri ve stil kaybı var. (Saklanan
# merdiveninkinden başka ağırlıklarla, onunkinden başka sayılar görürsünüz.)

# %%
net = gs.vgg19_features(weights, device=device)
used = net.weights_used
print(f'ağırlıklar: {used.source} {used.digest[:19]}'.rstrip())
kept = {}
for features in ('convolution', 'aliased'):
    layers = compared_layers(gs.Settings(features=features))
    X, _ = gs.get_contents(content_img, net, image_shape, device, *layers)
    _, styles_Y = gs.get_styles(style_img, net, image_shape, device, *layers)
    _, styles = gs.extract_features(X, net, *layers)
    kept[features] = [
        (
            float(Y_hat.min()),
            1e3 * float(gs.style_loss(Y_hat, gs.gram(Y))),
        )
        for Y_hat, Y in zip(styles, styles_Y)
    ]
print('          evrişim            PyTorch sekmesindeki gibi')
print('         en küçük  kayıp   en küçük  kayıp')
for layer, before, after in zip(gs.STYLE_LAYERS, *kept.values()):
    name = gs.VGG19_LAYERS[layer].name
    print(
        f'{name}  {before[0]:7.1f}  {before[1]:7.3f}'
        f'   {after[0]:7.1f}  {after[1]:7.3f}'
    )
sums = [sum(loss for _, loss in kept[features]) for features in kept]
print(f'toplam             {sums[0]:7.3f}            {sums[1]:7.3f}')

# %% [markdown]
# ReLU eksi yarıyı atar; bu yüzden karelerden oluşan her şey küçülür: Stil
# kaybı dörtte birine, aynı nedenle sondaki içerik kaybı yarısından azına iner.
# Bilmecenin en büyük parçası budur. Dersi bir satıra sığar: **Saklanan dizi
# bir addır, kopya değil.** Sınaması da öyle: En küçük değeri yazdırın.
# Evrişimin eksi çıktıları vardır, ReLU'nun yoktur.

# %% [markdown]
# ## Pek önemli olmayan: Adam'ın epsilon'u
#
# Adam, gradyanın ortalamasını $\sqrt{v} + \epsilon$ ile böler; $v$, gradyanın
# karesinin ortalamasıdır. İki ortalama da 0'dan başlar ve bu yanlılık
# düzeltilir. PyTorch $\epsilon$'u düzeltmeden sonra, MXNet düzeltmeden önce
# ekler; böylece MXNet'inki, $t$ adımında fiilen şu kadar kat büyüktür:
#
# $$\frac{1}{\sqrt{1 - 0.999^t}}.$$
#
# İlk adımda bu 32 eder. Çok mu? Aşağıda, çeşitli büyüklükte gradyanlar için
# ilk adımın öğrenme oranına göre payı var. İki eniyileyici de MXNet'te
# çalışır; `pytorchadam`, öteki epsilon ile MXNet'in Adam'ıdır.


# %%
def first_step(gradient, optimizer):
    """Eniyileyici 0 görüntüsünden, oranı 1 iken, bir adım atsın."""
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
    print(f'{g:8.0e} {ours:7.3f} {theirs:8.3f}')

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
    print(f'{limit:.0e} altında: yüzde {100 * (sizes < limit).mean():.1f}')

# %% [markdown]
# Yok denecek kadar az. Demek ki epsilon gerçek bir farktır, kolayca gösterilir
# ve burada önemi yoktur: Merdivende görüntüyü 14.8 gri düzey oynatır, tek bir
# yuvarlama ise 13.5. Taban olmasaydı 14.8'i bir şey sanırdık.

# %% [markdown]
# ## Öğrenme oranı ve bir yuvarlamanın neden büyüdüğü
#
# Gradyan ne olursa olsun, Adam'ın bir adımı aşağı yukarı öğrenme oranı
# kadardır. MXNet sekmesinin oranı olan 0.9'da bu, 255 gri düzeyin yaklaşık
# 50'sidir; PyTorch sekmesininki olan 0.3'te 17'sidir. Bir pikselin gradyanı
# neredeyse sıfırsa, 0'ın biraz üstünde mi biraz altında mı olduğuna,
# dolayısıyla pikselin yukarı mı aşağı mı gideceğine bir yuvarlama karar verir:
# Son basamaktaki bir fark, 100 gri düzeylik bir fark olmuştur. Bir sonraki
# adımda pikselin komşuları da bunu fark eder.
#
# Bunu görmek için ikinci bir kütüphane gerekmez. MXNet'i kendisiyle
# karşılaştıralım; ikinci koşu, bir yuvarlama ötedeki görüntüden başlasın.


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
        50,
        lambda record, picture: kept.update({record.epoch: picture()}),
        every=1,
    )
    return kept


epochs = min(num_epochs, 40)
one = pictures_from(content_X, epochs)
other = pictures_from(content_X * (1 + 2**-23), epochs)
apart = [rmse(one[epoch], other[epoch]) for epoch in one]
print('başlangıçtaki fark: tek bir yuvarlama')
print(
    f'{epochs}. dönemde 10 gri düzeyden fazla ayrıldılar mı:', apart[-1] > 10
)

framework = found['framework']
curves(
    {
        'iki görüntü ne kadar uzakta, gri düzey': [
            {
                'label': 'MXNet ile PyTorch',
                'x': framework['drift']['picture_epoch'],
                'y': framework['drift']['rmse'],
                'color': '#1d2329',
            },
            {
                'label': 'PyTorch ile PyTorch, bir yuvarlama öteden',
                'x': framework['self_drift']['picture_epoch'],
                'y': framework['self_drift']['rmse'],
                'color': COLOURS['PyTorch'],
                'linestyle': '--',
            },
            {
                'label': 'MXNet ile MXNet, bir yuvarlama öteden',
                'x': list(one),
                'y': apart,
                'color': COLOURS['MXNet'],
                'linestyle': ':',
                'linewidth': 2.5,
            },
        ]
    },
    xlabel='dönem',
    log=False,
    width=7.6,
)

# %% [markdown]
# Üç eğri tek bir eğridir. İki kütüphane birbirinden, her birinin kendisinden
# uzaklaştığı gibi uzaklaşır; aynı hızla ve aynı yere kadar. **Kaosun tabanı**
# böyle görünür: Yirmi adım içinde bir sayının son biti her piksele ulaşmıştır;
# ortak kalan, stildir.
#
# Görüntüler de şöyle: MXNet, PyTorch ve bir yuvarlama öteden başlayan PyTorch.
# Kum piksel piksel başka. Söylenmese, bunların ayrı görüntüler olduğunu fark
# eder miydiniz?

# %%
strip(
    [pictures[-1], pictures[-2], twin],
    ['MXNet', 'PyTorch', 'PyTorch, bir yuvarlama öteden'],
    width=3.2,
)

# %% [markdown]
# Öğrenme oranının çubuğu da böylece açıklanır. Üç katı oran, görüntüyü daha
# uzağa savurur: Tabanın kendisi 13.5'ten 34.1'e çıkar; değişikliğin yol açtığı
# 42.4 gri düzeyin çoğu bu gürültüdür. Kesin olan, son kayıpların üç terimde de
# daha yüksek olduğudur: Oran 100. döneme kadar hâlâ 0.72'dir ve görüntü henüz
# durulmamıştır.
#
# ## Kütüphane
#
# Geri kalan her şey eşitken ikisi ne kadar uyuşur? İlk dönemde hiçbir şeyin
# büyüyecek zamanı olmamıştır; kayıplar basamak basamak karşılaştırılabilir:

# %%
terms = {'style': 'stil', 'tv': 'TV', 'total': 'toplam'}
for row in framework['agreement']:
    if row['term'] in terms:
        print(
            f'{terms[row["term"]]:6} {row["mxnet"]:7.2f}'
            f'   fark milyonda birden az:'
            f' {row["difference"] < 1e-6}'
        )

# %% [markdown]
# float32'nin verebileceği de bu kadardır. **Kayıpları ilk dönemde
# karşılaştırın; sonuçtaki görüntüleri ise, bir programı kendisiyle de
# karşılaştırmıyorsanız, karşılaştırmayın.**
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
# Python'da on kere bir liste, listenin on kez yinelenmesidir. Liste yerine
# dizi olsaydı aynı satırın anlamı başka olurdu:

# %%
styles_l = [0.5, 0.25]
print('liste:', 3 * styles_l)
print('dizi: ', 3 * numpy.array(styles_l))

# %% [markdown]
# Toplam iki durumda da aynıdır; demek ki stil, ağırlığının söylediğinin de
# grafiğin gösterdiğinin de on katı sayılır. Kitabın sonraki sürümü bunu açıkça
# yazdı. Aşağıdaki iki tarif aynı kaybı en aza indirir, ama çizilen stil kaybı
# birinde on kat büyüktür; bu yüzden ayrı sürümlerin eğrileri üst üste konmaz:

# %%
for field, before, after, _ in explain(MXNET, 'd2l-1.0-mxnet'):
    print(f'{field:13} {before!s:8} {after}')

# %% [markdown]
# ## Sınama: MXNet ikisini de çizer
#
# Açıklama doğruysa, PyTorch sekmesinin görüntüsü aslında PyTorch'un değildir.
# Yumuşatan bir boyutlandırmanın, ReLU'dan sonraki özniteliklerin ve 0.3'lük
# bir oranın eseridir; MXNet de onu çizebilmelidir. Öyleyse iki tarifi de
# MXNet'e çalıştıralım.

# %%
outputs = {
    name: gs.postprocess(
        gs.run(
            content_img,
            style_img,
            replace(
                RECIPES[name].settings,
                width=image_shape[0],
                height=image_shape[1],
                epochs=num_epochs,
                weights=weights,
            ),
        )
    ).asnumpy()
    for name in (PYTORCH, MXNET)
}
strip(
    [pictures[0], outputs[PYTORCH], outputs[MXNET]],
    [
        'PyTorch sekmesinin tarifi\nPyTorch ile',
        'PyTorch sekmesinin tarifi\nMXNet ile',
        'MXNet sekmesinin tarifi\nMXNet ile',
    ],
    width=3.2,
)

# %% [markdown]
# İlk ikisi, tek bir yuvarlamanın gürültüsü dışında, aynı görüntüdür; son ikisi
# ise aynı kütüphaneden çıkmıştır. Mesele hiç kütüphane değildi.
#
# ## Özet
#
# | fark | önemli mi? | ne yapar |
# |---|---|---|
# | boyutlandırma süzgeci | evet | OpenCV, Pillow'un ortalayıp sildiği kumu bırakır: toplam varyasyon |
# | yerinde ReLU | evet | başka öznitelikler karşılaştırılır: içerik ve stil kaybı |
# | öğrenme oranı | biraz | görüntü daha geç durulur; her yuvarlama büyür |
# | Adam'ın epsilon'u | hayır | gerçek, ama tabanın içinde |
# | kütüphane | hayır | tam olarak bir yuvarlama |
# | ağırlıklar | evet, ama burada gösterilmedi | iki eğitim, iki eğri takımı |
# | okuyucular, kenarların sırası | hayır | hiçbir şey |
# | grafiğin sınırları | hayır | ilk dönemleri gizler |
#
# Siz de bir programı başka bir kütüphaneye taşıyorsanız:
#
# 1. Son sonuçlardan önce, ilk adımdaki ara değerleri karşılaştırın.
# 2. Her seferinde tek bir şeyi değiştirin; kütüphaneyi en sona bırakın.
# 3. Tabanı ölçün: Programınızı bir yuvarlama öteden kendisiyle karşılaştırın.
# 4. Sakladığınız her özniteliğin en küçük değerini yazdırın.
# 5. Hangi süzgeçle boyutlandırdığınızı ve ağırlıklarınızın özetini (hash) not
#    edin.
#
# ## Bundan sonrası
#
# [docs/numerics.md](../../docs/numerics.md) (İngilizce) aynı merdiveni bölümün
# kendi görüntüleriyle verir; her sayının yanında onu üreten komut durur. Komut
# satırı herhangi iki tarif arasında merdiven kurar ve bir rapor yazar. PyTorch
# kuruluysa şunu deneyin:
#
# ```
# gluon-style compare sample:mountain-lake sample:autumn-avenue -o ladder \
#     --width 225 --height 150 --epochs 100 --floors
# ```
#
# PyTorch istemeyen bir tanesi de şu: `--from d2l-0.17-mxnet --to gatys-2016`.
# Bölüm, makaleden ne kadar uzakta?
