# %% [markdown]
# # Kitabın hücrelerini çalıştırmak
#
# *Derin Öğrenmeye Dalış* kitabının [Sinir Tarzı
# Transfer](https://tr.d2l.ai/chapter_computer-vision/neural-style.html) bölümü
# önünüzde açık; orada yazanı yazıp çalıştırmak istiyorsunuz. Bugünün
# bilgisayarlarında bu zordur: `d2l` paketi, Python 3.12 ve sonrası için
# derlenmiş paketi (*wheel*) bulunmayan bir NumPy sürümüne bağlıdır, MXNet'i de
# kendisi kurmaz; MXNet'in ağırlıkları indirdiği sunucu da kapanmış olabilir.
# `gluon_style` ile bölümün **MXNet sekmesindeki** hücreler, tek bir satır
# dışında, kitapta yazıldıkları gibi çalışır. Hangi satır olduğunu ve onun
# yerine ne geldiğini bu not defteri gösteriyor.
#
# Hücrelerin kendisi burada yok, çünkü metinleri kitaba aittir: Kitabın
# sayfasından alın. Aşağıdaki hücreler aynı adları kısa bir denemede kullanıyor.
#
# In English: [../00_the_book_as_printed.ipynb](../00_the_book_as_printed.ipynb)

# %% tags=["parameters"]
image_shape = (150, 100)  # genişlik, yükseklik (piksel); kitapta (450, 300)
num_epochs = 60  # dönem sayısı (her dönem bir adımdır); kitapta 500
lr_decay_epoch = 6  # öğrenme oranı kaç dönemde bir azalsın; kitapta 50
weights = None  # gerçek ağırlıklar, aşağıya bakın; ya da 'student', 'random'

# %% [markdown]
# ## Değişecek satır
#
# Kitapta
#
# ```python
# from d2l import mxnet as d2l
# ```
#
# yazan yere aşağıdaki ilk içe aktarmayı yazın. Geri kalan her şey, `mxnet`'ten
# yapılan içe aktarmalar da dahil, olduğu gibi kalabilir. Yalnız sıra önemli:
# MXNet'in çalışacağı ortamı bu satır hazırlar; `mxnet` içe aktarmaları onun
# altında kalmalı.

# %%
# %matplotlib inline
from gluon_style import d2l
from mxnet import autograd, gluon, image, init, np, npx
from mxnet.gluon import nn

npx.set_np()

# %% [markdown]
# ## Hangi ad burada neye karşılık gelir
#
# | kitapta | burada |
# |---|---|
# | `d2l.Animator`, `d2l.try_gpu` | paketin kendi `Animator`'ı ile `try_gpu`'su |
# | `d2l.size`, `reshape`, `matmul`, `abs` | d2l'deki gibi, MXNet dizileri için tek satırlık işlevler; kitabın kaynağında geçerler, sayfada ise `X.reshape(...)` gibi düz çağrılar görünür |
# | `d2l.plt`, `set_figsize`, `show_images` | matplotlib'in pyplot'u, çizimlerin boyutu, yan yana görüntüler |
# | `image.imread` | MXNet'inki; o klasör olmasa da `'../img/rainier.jpg'` bulunur |
# | `vgg19(pretrained=True)` | model deposunun (*model zoo*) ağı, bu paketin bulduğu ağırlıklarla |
#
# Son ikisi MXNet'in kendi işlevleridir; `d2l` içe aktarılınca yalnız bu ikisi
# ve yalnız bu süreçte değişir. Başka her çağrı eskisi gibi çalışır. Öteki adlar
# burada yok; birini çağırırsanız hata iletisi bunu söyler:

# %%
try:
    d2l.Timer()
except AttributeError as error:
    print(error)

# %% [markdown]
# ## Görüntüler
#
# Bölümdeki iki görüntünün hakları kitabındır. Kitapta yazan yolda dosya yoksa
# görüntüler bir kez indirilip saklanır. Bu not defteri internetsiz de çalışsın
# diye paketle gelen iki görüntüyü kullanıyor.

# %% alt="Kırmızı kulübeli bir dağ gölünün fotoğrafı ve sonbaharda ağaçlı bir yolun turuncu ve mavi tablosu."
from gluon_style import find_image

content_img = image.imread(str(find_image('sample:mountain-lake')))
style_img = image.imread(str(find_image('sample:autumn-avenue')))
d2l.set_figsize()
axes = d2l.show_images(
    [content_img, style_img], 1, 2, titles=['içerik', 'stil'], scale=2.5
)

# %% [markdown]
# ## Ağırlıklar
#
# `pretrained=True`, ağırlıkları paketin hep aradığı yerlerde arar: Önce
# `GLUON_STYLE_WEIGHTS` ortam değişkeninin gösterdiği dosyaya, sonra model
# deposunun bu makinedeki dosyasına bakar; o da yoksa model deposunun dosyasını
# indirir (575 MB, bir kez). Size söylemeden başka bir şey kullanmaz. Hangi
# dosyayı aldığını standart hata akışına bir satırla yazar (not defterinin
# yayımlanan kopyasında bu satır yoktur); `weights_used` da aynı şeyi söyler.
#
# Yalnızca evrişimli katmanların ağırlıkları yüklenir, onlardan da dosyada
# olanlar: Kimi dosya, bölümün en derin katmanı olan conv5_1'de biter; 1.
# alıştırmayı conv5_4 ile yapmak için başka bir dosya gerekir. Bölüm, ağı yoğun
# katmanlardan çok önce keser; o katmanlardan biri çağrılırsa hata, ağırlığı
# olmadığını bildirir.
#
# Ağırlık da internet de yoksa yukarıdaki `weights` değerini `'student'`
# (paketle gelen küçük ağ) ya da `'random'` yapın; bunları paketin kendi
# `vgg19_features` işlevi kurar. Kitabın hücreleri içinse `GLUON_STYLE_WEIGHTS`
# öğrenci ağın dosyasını gösterebilir: depoda
# `gluon_style/data/student.safetensors`. Bu ağın ne kadar iyi olduğunu
# [docs/student.md](../../docs/student.md) anlatır (İngilizce).

# %%
from gluon_style import vgg19_features
from gluon_style.lessons.wording import find_wording

if weights is None:
    pretrained_net = gluon.model_zoo.vision.vgg19(pretrained=True)
    used = pretrained_net.weights_used
    net = nn.Sequential()
    net.add(*pretrained_net.features[:29])  # conv5_1'e kadar
else:
    net = vgg19_features(weights)
    used = net.weights_used
wording = find_wording('turkish')
print(
    f'ağırlıklar: {wording(used.source)} {used.digest[:19]} {used.why}'.rstrip()
)
if used.source == 'random':
    print('Ağırlıklar rastgele: renk lekesi çıkar, fırça darbesi çıkmaz')

# %% [markdown]
# ## Sizin hücreleriniz, paketin işlevleri
#
# Bölümün yol boyunca tanımladığı her şey `gluon_style`'da da aynı adla vardır;
# yalnız orada global değişken olan, burada argümandır. Böylece ikisini yan yana
# koyabilirsiniz. İşte bölümün `d2l` işlevleriyle yazılmış bir Gram matrisi ve
# yanında `gluon_style.gram`:

# %%
from gluon_style import gram


def my_gram(X):
    """Kanalların iç çarpımları, değer sayısına bölünmüş."""
    rows = d2l.reshape(X, (X.shape[1], -1))
    return d2l.matmul(rows, rows.T) / d2l.size(X)


X = np.arange(120).reshape(1, 4, 5, 6) / 120
difference = float(d2l.abs(my_gram(X) - gram(X)).max())
print(f'en büyük fark: {difference:.0e}')

# %% [markdown]
# ## Kısa bir deneme
#
# Bölümdekine benzer bir eğitim döngüsü; gerisi paketten. `Animator` kitaptaki
# gibi kullanılıyor: Bir panelde eğriler vardır, öbürüne siz çizersiniz; şekli
# `add` gösterir.

# %% alt="Solda içerik, stil ve TV kaybının dönemlere göre inen eğrileri; sağda görüntünün tablonun renklerini almış hâli."
from gluon_style import (
    compute_loss,
    extract_features,
    get_contents,
    get_inits,
    get_styles,
    postprocess,
)

device = d2l.try_gpu()
net.collect_params().reset_ctx(device)
start, contents_Y = get_contents(content_img, net, image_shape, device)
_, styles_Y = get_styles(style_img, net, image_shape, device)
X, styles_Y_gram, trainer = get_inits(start, device, 0.9, styles_Y)
animator = d2l.Animator(
    xlabel='dönem',
    ylabel='kayıp',
    xlim=[1, num_epochs],
    ylim=[0, 20],
    legend=['içerik', 'stil', 'TV'],
    ncols=2,
    figsize=(7, 2.5),
)
for epoch in range(1, num_epochs + 1):
    with autograd.record():
        features = extract_features(X, net)
        losses = compute_loss(X, *features, contents_Y, styles_Y_gram)
    losses[-1].backward()
    trainer.step(1)
    if epoch % lr_decay_epoch == 0:
        trainer.set_learning_rate(0.8 * trainer.learning_rate)
    if epoch % 5 == 0:
        content_l, style_l, tv_l = sum(losses[0]), sum(losses[1]), losses[2]
        animator.axes[1].imshow(postprocess(X).asnumpy())
        animator.add(epoch, [float(content_l), float(style_l), float(tv_l)])

# %% [markdown]
# ## Buradan sonra
#
# * Kitaptaki görüntünün kendisi, kitabın boyutunda ve 500 dönemle; hangi
#   kayıplar beklenir: [docs/reproduce.tr.md](../../docs/reproduce.tr.md).
# * İşlevlerin neyi, neden hesapladığı:
#   [01_sinir_tarzi_transfer](01_sinir_tarzi_transfer.ipynb).
# * Kitabın bir de PyTorch sekmesi var ve orada başka bir görüntü çıkıyor;
#   nedenini [02_iki_sekme](02_iki_sekme.ipynb) araştırıyor.
